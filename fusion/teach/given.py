"""What a person teaches with: the names of classes, and a few pictures and texts of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike

from PIL import Image

from fusion.errors import UserError
from fusion.inputs import clean_picture, clean_text
from fusion.language import say

MAX_CLASSES = 50
MAX_EXAMPLES = 16  # of a class
MAX_NAME = 60  # characters

Picture = str | PathLike[str] | Image.Image | None
Example = Picture | tuple[Picture, str | None]


@dataclass(frozen=True)
class Shot:
    """A cleaned example of a class: a picture, a text ("" for none) or both."""

    label: str
    picture: Image.Image | None = None
    text: str = ""


def clean_name(name: str) -> str:
    """The name of a class; raises UserError for none and for one that is too long."""
    cleaned = clean_text(name)
    if not cleaned:
        raise UserError(say("Each class needs a name."))
    if len(cleaned) > MAX_NAME:
        raise UserError(
            say(
                "The name of a class has up to {most} characters; shorten “{start}…”.",
                most=MAX_NAME,
                start=cleaned[:20],
            )
        )
    return cleaned


def read(examples: Mapping[str, Sequence[Example]]) -> tuple[tuple[Shot, ...], tuple[str, ...]]:
    """The examples by class, and a sentence for each one that is left aside.

    Each is a picture, or a picture and a text of which one may be missing. Raises UserError where fewer than
    two classes, or a class without examples, are left, and for names that cannot be used.
    """
    shots: list[Shot] = []
    problems: list[str] = []
    labels = [clean_name(name) for name in examples]
    for label, given in zip(labels, examples.values(), strict=True):
        kept: list[Shot] = []
        for example in given:
            picture, text = example if isinstance(example, tuple) else (example, None)
            try:
                shot = Shot(label, clean_picture(picture), clean_text(text))
            except UserError as error:
                problems.append(f"{error} It is left aside.")
                continue
            if shot.picture is not None or shot.text:
                kept.append(shot)
        if len(kept) > MAX_EXAMPLES:
            problems.append(
                f"{label} was given {len(kept)} examples; the first {MAX_EXAMPLES} of them are used."
            )
        shots += kept[:MAX_EXAMPLES]
    check(labels, shots, problems)
    return tuple(shots), tuple(problems)


def check(labels: Sequence[str], shots: Sequence[Shot], problems: Sequence[str] = ()) -> None:
    """Raises UserError unless there are two or more classes of different names with an example each."""
    if not 2 <= len(labels) <= MAX_CLASSES:
        raise UserError(say("Name from 2 to {most} classes.", most=MAX_CLASSES))
    folded = [label.casefold() for label in labels]
    for label in labels:
        if folded.count(label.casefold()) > 1:
            raise UserError(say("Two classes are named {name}; give each a name of its own.", name=label))
    without = [label for label in labels if all(shot.label != label for shot in shots)]
    if without:
        told = say("Give {name} a picture or a text to learn from.", name=without[0])
        raise UserError(" ".join([told, *problems[:1]]))
