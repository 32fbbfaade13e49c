"""photos: hand-checked questions about real photographs, answered by the checkpoints of `scenes`."""

import csv
from functools import cache
from importlib import metadata
from pathlib import Path

from fusion.errors import UserError
from fusion.language import say
from fusion.pack.fetch import material_folder
from fusion.paths import ASSETS
from fusion.tasks import scenes
from fusion.tasks.base import TASKS, Example, Split, TaskRecord

FILE = ASSETS / "photos" / "questions.csv"


@cache
def examples(split: Split) -> list[Example]:
    """The questions about photographs; those of `scenes` to train on. Raises UserError where the
    photographs that are not shipped are not at hand."""
    if split == "train":
        return scenes.examples("train")
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Example(
            picture=_place(row["picture"]),
            text=row["question"],
            label=row["answer"],
            kind=row["type"],
            group=row["picture"],
            accepted=tuple(row["accepted"].split(";")),
        )
        for row in rows
    ]


def test_files() -> frozenset[Path]:
    """Every photograph that is tested on."""
    return frozenset(example.picture for example in examples("test") if isinstance(example.picture, Path))


def _place(picture: str) -> Path:
    """The file of "SOURCE/PATH": shipped, in an installed package, or fetched."""
    source, _, file = picture.partition("/")
    if source == "assets":
        return FILE.with_name(file)
    if source != "open-images":
        return Path(str(metadata.distribution(source).locate_file(file)))
    path = material_folder() / source / file
    if not path.is_file():
        raise UserError(
            say("Some of the test photographs are not fetched; run: python -m fusion.pack fetch.")
        )
    return path


TASKS.add(
    TaskRecord(
        name="photos",
        summary="A test of real photographs, never trained on; the checkpoints of scenes answer.",
        labels=scenes.labels(),
        examples=examples,
        default_strategy="cross-attention",
        fitted_on="scenes",
    )
)
