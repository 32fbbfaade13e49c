"""What stands on the page, inside a link: whoever opens it sees the same, and no server stores it.

The link carries it behind a `#`, which browsers keep to themselves until the page sends it.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from PIL import Image
from PIL.WebPImagePlugin import WebPImageFile

from fusion.answering import live_settings
from fusion.data_url import webp
from fusion.encoders import encoder_named
from fusion.errors import UserError
from fusion.inputs import MAX_RATIO, clean_picture, clean_text
from fusion.language import say
from fusion.references import REFERENCES
from fusion.strategies import STRATEGIES
from fusion.tasks import TASKS

VERSION = 1
SIDE, MOST_BYTES = 320, 30_000  # of the copy of a picture in a link
LARGE = 1024  # pixels a side of what may be opened
MOST = 600_000  # characters of what is opened
LONGEST = 100  # characters of a name


@dataclass(frozen=True)
class State:
    """What a visitor sees and chose.

    settings: made by hand, by strategy. references: the models that answer too. asked: whether it has been
    answered. picture: a WebP file, where it is no example, whose file within assets/ `example` names. typed:
    what stands in the question's place and has not been asked, "" where it is the question itself.
    """

    task: str
    image_encoder: str
    text_encoder: str
    strategy: str
    question: str
    asked: bool
    settings: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    references: tuple[str, ...] = ()
    example: str = ""
    picture: bytes = b""
    typed: str = ""


def small_copy(picture: Image.Image) -> bytes:
    """A WebP file of the picture of at most SIDE pixels a side and MOST_BYTES, as good as fits.

    A long and narrow picture keeps its proportions; noise, which nothing compresses, becomes smaller.
    """
    side = SIDE
    while True:
        for quality in (85, 60, 35):
            data = webp(picture, side, quality)
            if len(data) <= MOST_BYTES:
                return data
        side = side * 3 // 4


def encode(state: State) -> str:
    """Letters that may stand in an address: the version, the words and the picture, parted by dots."""
    told = {
        "task": state.task,
        "encoders": [state.image_encoder, state.text_encoder],
        "strategy": state.strategy,
        "question": state.question,
        "asked": state.asked,
        "settings": {name: dict(values) for name, values in state.settings.items()},
        "references": list(state.references),
        "example": state.example,
        "typed": state.typed,
    }
    words = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    return f"{VERSION}.{_letters(words)}.{_letters(state.picture)}"


def decode(code: str) -> State:
    """What `encode` was given, whoever made the code; its picture is opened by `picture_of`.

    Raises UserError for a code of another version, that is damaged or too long, or that names what is not
    here.
    """
    version, _, rest = code[:MOST].partition(".")
    if version.isdecimal() and version != str(VERSION) and rest:
        raise UserError(say("This link is of another version of this page; ask for a new one."))
    words, _, picture = rest.partition(".")
    try:
        if version != str(VERSION) or len(code) > MOST:
            raise ValueError("no link of this page")
        told = json.loads(_bytes(words))
        state = _state(told, _bytes(picture))
    except UserError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, ArithmeticError) as error:
        raise UserError(say("This link is damaged; ask for it again, whole.")) from error
    TASKS[state.task]
    if not TASKS[state.task].asked:
        raise UserError(say("This link names a task that nobody can ask here."))
    encoder_named(state.image_encoder, "image")
    encoder_named(state.text_encoder, "text")
    if state.strategy not in REFERENCES:
        STRATEGIES[state.strategy]
    for name in state.references:
        REFERENCES[name]
    for name, values in state.settings.items():
        if live_settings(name, values) != values:
            raise UserError(say("This link is damaged; ask for it again, whole."))
    return state


def picture_of(state: State) -> Image.Image | None:
    """The cleaned picture that the state holds itself; raises UserError for what is no such picture."""
    if not state.picture:
        return None
    damaged = UserError(say("The picture in this link is damaged; ask for the link again, whole."))
    try:
        size = WebPImageFile(BytesIO(state.picture)).size  # reads the header alone
    except Exception as error:  # the decoder raises anything at all over damaged data
        raise damaged from error
    if max(size) > LARGE or max(size) > MAX_RATIO * min(size):
        raise damaged
    return clean_picture(state.picture)


def _state(told: dict[str, Any], picture: bytes) -> State:
    """From what a link says, each part of the kind that it must be."""
    image_encoder, text_encoder = told["encoders"]
    settings = {
        name: {key: float(value) for key, value in values.items()}
        for name, values in told["settings"].items()
    }
    state = State(
        task=told["task"],
        image_encoder=image_encoder,
        text_encoder=text_encoder,
        strategy=told["strategy"],
        question=clean_text(told["question"]),
        asked=told["asked"],
        settings=settings,
        references=tuple(told.get("references", ())),
        example=told["example"],
        picture=picture,
        typed=clean_text(told.get("typed")),
    )
    names = [state.task, image_encoder, text_encoder, state.strategy, state.example]
    names += [*settings, *state.references]
    if not all(isinstance(name, str) and len(name) <= LONGEST for name in names):
        raise ValueError("names are short texts")
    if not isinstance(state.asked, bool):
        raise ValueError("asked or not")
    return state


def _letters(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(letters: str) -> bytes:
    return base64.b64decode(letters + "=" * (-len(letters) % 4), altchars=b"-_", validate=True)
