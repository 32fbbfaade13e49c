"""What every reader gives: rows as they stand in a table, a folder or a data set."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from fusion.own.problems import Problem

SPLITS = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
    "eval": "test",
    "evaluation": "test",
}


@dataclass(frozen=True)
class Row:
    """A row before anything is checked.

    picture: None where there is no such file. name: what its place calls the picture. split: as given, ""
    where it is not. accepted, kind: what `Example` says of them. key: what the picture shows, once read.
    """

    name: str
    picture: Path | None
    text: str
    label: str
    split: str = ""
    accepted: tuple[str, ...] = ()
    kind: str = ""
    key: str = ""

    @property
    def part(self) -> str:
        """train, validation, test, or "" for none of these."""
        return SPLITS.get(self.split.strip().lower(), "")

    def but(self, **changes: object) -> "Row":
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Gathered:
    """All rows of what a person brought. asks: whether the labels are answers to questions, of which the most
    frequent may stand for all."""

    name: str
    rows: list[Row]
    problems: list[Problem]
    asks: bool = False


def file_name(title: str) -> str:
    """A short name like it, fit to name files by."""
    return re.sub(r"[^\w.-]+", "-", title).strip("-.")[:60].lower() or "your-data"
