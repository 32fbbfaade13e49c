"""A table of questions, with the pictures that it names beside it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fusion.errors import UserError
from fusion.language import say
from fusion.own.columns import PICTURE, QUESTION, TEXT, column
from fusion.own.files import Files
from fusion.own.table import records_of

MAX_ROWS = 20_000


@dataclass(frozen=True)
class Question:
    """A row: all its columns as text, the picture that it names, None where it is not there, and its text."""

    record: dict[str, str]
    named: str
    picture: Path | None
    text: str


@dataclass(frozen=True)
class Questions:
    """The rows of a table. columns: all that it has, in order. picture, text: the names of the two that are
    read, "" for one that is not there."""

    columns: tuple[str, ...]
    picture: str
    text: str
    rows: tuple[Question, ...]

    @property
    def missing(self) -> int:
        """How many rows name a picture that is not there."""
        return sum(bool(row.named) and row.picture is None for row in self.rows)


def read_questions(table: Path, folder: Path, pictures: Iterable[Path], most: int = MAX_ROWS) -> Questions:
    """The questions of a CSV, TSV or JSONL file under `folder`.

    pictures: files under `folder`; no other is ever read, whatever the table says. Raises UserError where the
    table cannot be read, has no row, more than `most`, or neither a column of pictures nor one of texts.
    """
    records = records_of(table)
    columns = tuple(dict.fromkeys(name for record in records for name in record))
    if not records:
        raise UserError(say("The table {name} has no row.", name=table.name))
    if len(records) > most:
        raise UserError(
            say(
                "{name} has {n} rows, over {most}; ask fewer at once.",
                name=table.name,
                n=len(records),
                most=most,
            )
        )
    picture, text = column(columns, PICTURE), column(columns, (*QUESTION, *TEXT))
    if not picture and not text:
        listed = ", ".join(columns[:8])
        raise UserError(
            say(
                "The table {name} has the columns {columns}; it needs one called picture, one called "
                "question, or both.",
                name=table.name,
                columns=listed,
            )
        )
    files = Files(folder, pictures)
    rows = []
    for record in records:
        told = {name: _text(record.get(name)) for name in columns}
        named = told.get(picture, "").strip()
        found = files.find(named, table.parent) if named else None
        rows.append(Question(told, named, found, told.get(text, "")))
    return Questions(columns, picture, text, tuple(rows))


def _text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)
