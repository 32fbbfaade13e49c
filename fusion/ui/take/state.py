"""What stands on the page as the state that a link holds."""

from functools import cache
from typing import Any

from PIL import Image

from fusion import share
from fusion.errors import UserError
from fusion.inputs import clean_picture, content_key
from fusion.language import say
from fusion.paths import ASSETS
from fusion.tasks import TASKS
from fusion.ui.choices import names_of
from fusion.ui.examples import examples
from fusion.ui.session import Session, lens_of
from fusion.ui.take.handing import HANDING


def state_of(session: Session, strategy: str, question: str) -> share.State:
    """Of what was answered last, else of the question that is typed."""
    lens = lens_of(session.models)
    task, image_encoder, text_encoder = names_of(lens)
    picture = session.picture
    example = "" if picture is None else example_of(picture)
    return share.State(
        task=task,
        image_encoder=image_encoder,
        text_encoder=text_encoder,
        strategy=strategy,
        question=question if session.reply is None else session.reply.question,
        asked=session.reply is not None,
        settings=session.by_hand,
        references=session.references,
        example=example,
        picture=b"" if picture is None or example else share.small_copy(picture),
    )


def arrived(value: Any) -> tuple[share.State, Session]:
    """What a link or another page of the visitor's brought, and a session with the picture.

    value: as the script sends it. Raises UserError where it holds no state, or no picture that can be read.
    """
    told = value if isinstance(value, dict) else {}
    state = share.decode(str(told.get("code", "")))
    held = HANDING.take(str(told.get("token", "")))
    if held is None:
        picture = pictured(state)
        held = Session(picture=picture, copied=picture if state.picture else None)
    return state, held


def pictured(state: share.State) -> Image.Image | None:
    """The cleaned picture of a state; raises UserError where there is no such example, or for what is no
    picture."""
    if not state.example:
        return share.picture_of(state)
    if state.example not in _names():
        raise UserError(say("This link names an example that is not here."))
    return clean_picture(ASSETS / state.example)


def example_of(picture: Image.Image) -> str:
    """The file within assets/ of the example that is this picture; "" where it is none."""
    return _names_by_content().get(content_key(picture), "")


@cache
def _names() -> frozenset[str]:
    every = (example.picture for task in TASKS for example in examples(task.name))
    return frozenset(picture.relative_to(ASSETS).as_posix() for picture in every)


@cache
def _names_by_content() -> dict[str, str]:
    found = {}
    for name in sorted(_names()):
        picture = clean_picture(ASSETS / name)
        assert picture is not None
        found[content_key(picture)] = name
    return found
