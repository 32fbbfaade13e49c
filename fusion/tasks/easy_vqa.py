"""easy-vqa: questions about one coloured shape in a 64 x 64 drawing (Victor Zhou, MIT)."""

import json
from functools import cache
from importlib import metadata
from pathlib import Path

from PIL import Image, ImageChops

from fusion.errors import UserError
from fusion.language import say
from fusion.tasks.base import TASKS, Example, Region, Split, TaskRecord

COLORS = ("black", "blue", "brown", "gray", "green", "red", "teal", "yellow")
SHAPES = ("circle", "rectangle", "triangle")


def kind_of(label: str) -> str:
    """The question type, which the answer gives away."""
    return "color" if label in COLORS else "shape" if label in SHAPES else "yes/no"


@cache
def examples(split: Split) -> list[Example]:
    """The official split of the package easy-vqa; raises UserError where it is not installed."""
    try:
        folder = Path(str(metadata.distribution("easy-vqa").locate_file("easy_vqa/data"))) / split
    except metadata.PackageNotFoundError:
        raise UserError(
            say("The easy-vqa pictures are not installed; run: pip install -r requirements-dev.txt.")
        ) from None
    rows = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    return [
        Example(
            picture=folder / "images" / f"{number}.png",
            text=question,
            label=label,
            kind=kind_of(label),
            group=f"{split}/{number}",
        )
        for question, label, number in rows
    ]


def region(example: Example) -> Region | None:
    """The box of the drawn shape, told from the background's colour, where the question names a colour or a
    shape."""
    assert isinstance(example.picture, Path)
    words = frozenset(example.text.rstrip("?").split()) & {*COLORS, *SHAPES}
    with Image.open(example.picture) as file:
        picture = file.convert("RGB")
    background = Image.new("RGB", picture.size, picture.getpixel((0, 0)))
    box = ImageChops.difference(picture, background).getbbox()
    if not words or box is None:
        return None
    width, height = picture.size
    return Region((box[0] / width, box[1] / height, box[2] / width, box[3] / height), words)


TASKS.add(
    TaskRecord(
        name="easy-vqa",
        summary="Questions about one coloured shape in a small drawing: its colour, its shape, yes or no.",
        labels=(*COLORS, *SHAPES, "no", "yes"),
        examples=examples,
        default_strategy="cross-attention",
        region=region,
        image_encoder="efficientnet-lite0-levels",
    )
)
