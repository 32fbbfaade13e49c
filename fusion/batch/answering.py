"""Answer many questions: each picture is read and encoded once, a few at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from PIL import Image

from fusion.answer import Reply
from fusion.batch.questions import Question
from fusion.cache import encode_together
from fusion.errors import UserError
from fusion.inputs import clean_picture, clean_text
from fusion.language import say
from fusion.lens import Lens
from fusion.progress import Progress, silent
from fusion.strategies import STRATEGIES

PICTURES = 8  # held in memory at once
ROWS = 64  # answered between two looks at the pictures

Outcome = Reply | UserError


def answer_each(
    lens: Lens, questions: Sequence[Question], strategy: str | None, progress: Progress = silent
) -> list[Outcome]:
    """The reply to each question in order, its answers told by their best label alone, or why there is none.

    strategy: a name, "all", or None for the task's default one. Raises UserError where it has no checkpoint.
    """
    if strategy not in (None, "all") and STRATEGIES[strategy].name not in lens.strategies:
        raise UserError(
            say("{name} has no checkpoint for {task} with these encoders.", name=strategy, task=lens.task)
        )
    found: dict[int, Outcome] = {}
    progress(say("answering"), 0, len(questions))
    for chunk in _chunks(questions):
        pictures = {
            path: _picture(path) for path in {questions[i].picture for i in chunk} if path is not None
        }
        texts = {i: _cleaned(questions[i].text) for i in chunk}
        encode_together(
            lens.image_encoder, [one for one in pictures.values() if isinstance(one, Image.Image)]
        )
        encode_together(lens.text_encoder, [one for one in texts.values() if isinstance(one, str) and one])
        for i in chunk:
            asked = questions[i]
            picture = None if asked.picture is None else pictures[asked.picture]
            found[i] = _answered(lens, asked, picture, texts[i], strategy)
            progress(say("answering"), len(found), len(questions))
    return [found[i] for i in range(len(questions))]


def _answered(
    lens: Lens,
    asked: Question,
    picture: Image.Image | UserError | None,
    text: str | UserError,
    strategy: str | None,
) -> Outcome:
    if asked.named and asked.picture is None:
        return UserError(say("The picture {name} is not among the files.", name=asked.named[-80:]))
    for given in (picture, text):
        if isinstance(given, UserError):
            return given
    try:
        reply = lens.reply(picture, text, strategy)  # type: ignore[arg-type]  # errors are told above
    except UserError as error:
        return error
    # Thousands are kept: of each answer the best label alone, and no map.
    results = tuple(replace(one, answers=one.answers[:1], attention=None) for one in reply.results)
    return replace(reply, results=results)


def _chunks(questions: Sequence[Question]) -> Iterator[list[int]]:
    """Places of at most ROWS questions about at most PICTURES pictures, those about one together."""
    by_picture: dict[Path | None, list[int]] = {}
    for i, asked in enumerate(questions):
        by_picture.setdefault(asked.picture, []).append(i)
    groups = iter(by_picture.values())
    while several := list(islice(groups, PICTURES)):
        places = [i for group in several for i in group]
        yield from (places[start : start + ROWS] for start in range(0, len(places), ROWS))


def _picture(path: Path) -> Image.Image | UserError:
    try:
        picture = clean_picture(path)
    except UserError as error:
        return error
    assert picture is not None
    return picture


def _cleaned(text: str) -> str | UserError:
    try:
        return clean_text(text)
    except UserError as error:
        return error
