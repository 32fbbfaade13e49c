"""Rows of a CSV or JSONL file, whoever saved it."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

from fusion.errors import UserError
from fusion.language import say

MAX_BYTES = 50_000_000  # of a table
DELIMITERS = ",;\t|"
_TOLD = re.compile(rf"sep=([{DELIMITERS}])\r?\n", re.IGNORECASE)  # Excel's own first line
_ENCODINGS = ("utf-8-sig", "cp1252")  # the second is what a spreadsheet on Windows saves


def records_of(table: Path) -> list[dict[str, Any]]:
    """The rows by their columns, those without a name left out, as of a data frame's index. Raises UserError
    where the file is not what its name says."""
    text = _text(table)
    if table.suffix.lower() == ".jsonl":
        return _lines(table.name, text)
    text = text.lstrip("\n")
    if told := _TOLD.match(text):
        delimiter, text = told[1], text[told.end() :]
    else:
        delimiter = max(DELIMITERS, key=text.partition("\n")[0].count)
    try:
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
        return [_named(row) for row in rows]
    except csv.Error:
        raise _unreadable(table.name) from None


def _text(table: Path) -> str:
    try:
        if table.stat().st_size > MAX_BYTES:
            raise UserError(
                say(
                    "The table {name} is larger than {most} MB; bring fewer rows.",
                    name=table.name,
                    most=MAX_BYTES // 10**6,
                )
            )
        data = table.read_bytes()
    except OSError:
        raise _unreadable(table.name) from None
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else _ENCODINGS
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _unreadable(table.name)


def _lines(name: str, text: str) -> list[dict[str, Any]]:
    rows = []
    for number, line in enumerate(text.split("\n"), 1):  # splitlines() would part texts with U+2028 in them
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            raise UserError(
                say(
                    "The table {name} cannot be read: its line {number} is no JSON; write one object a line.",
                    name=name,
                    number=number,
                )
            ) from None
        rows.append(_named(row) if isinstance(row, dict) else {})
    return rows


def _named(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name}


def _unreadable(name: str) -> UserError:
    return UserError(say("The table {name} cannot be read; save it as CSV or JSONL in UTF-8.", name=name))
