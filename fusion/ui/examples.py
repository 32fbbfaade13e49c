"""Example pictures with questions that work with one click."""

import csv
import html
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fusion.data_url import webp
from fusion.inputs import clean_picture
from fusion.language import say
from fusion.paths import ASSETS

FILE = ASSETS / "examples" / "examples.csv"
THUMBNAIL = 128  # pixels of the longer side


@dataclass(frozen=True)
class Example:
    """picture: its file; title: what it shows, for who cannot see it; note: whose it is."""

    picture: Path
    question: str
    title: str
    note: str


@cache
def examples(task: str) -> tuple[Example, ...]:
    """The examples of a task in the order of assets/examples/examples.csv, with their credits."""
    with (ASSETS / "CREDITS.csv").open(encoding="utf-8", newline="") as file:
        credits = {row["file"]: row for row in csv.DictReader(file)}
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["task"] == task]
    found = []
    for row in rows:
        credit = credits[row["picture"]]
        note = f"{credit['title']}; {credit['author']}, {credit['licence']}"
        found.append(Example(ASSETS / row["picture"], row["question"], credit["title"], note))
    return tuple(found)


def strip(task: str) -> str:
    """The examples as buttons with thumbnails, in HTML; see fusion.ui.serve.thumbnails."""
    return "".join(
        f'<button type="button" class="example" data-choice="{i}" title="{html.escape(example.note)}">'
        f'<img src="thumbnails/{task}/{i}" alt="{html.escape(say(example.title))}">'
        f"{_asked(example.question)}</button>"
        for i, example in enumerate(examples(task))
    )


def _asked(question: str) -> str:
    """The question as the encoders read it, with its meaning in the language that is spoken."""
    meaning = say(question)
    told = "" if meaning == question else f'<span class="meaning">{html.escape(meaning)}</span>'
    return f'<span><span lang="en">{html.escape(question)}</span>{told}</span>'


@cache
def thumbnail(picture: Path) -> bytes:
    """A small WebP file of an example's picture."""
    cleaned = clean_picture(picture)
    assert cleaned is not None
    return webp(cleaned, THUMBNAIL)
