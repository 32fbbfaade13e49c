"""The topics, by where a drawing lies in the package."""

import csv
from functools import cache
from pathlib import Path, PurePath

TABLE = Path(__file__).with_name("topics.csv")


def topics() -> tuple[str, ...]:
    """Every topic, in alphabetical order."""
    return tuple(sorted({topic for topic in _rules().values() if topic}))


def topic_of(inside: PurePath) -> str:
    """The topic by the longest beginning of the path that has a rule, "" where the drawing is dropped."""
    rules = _rules()
    matching = [where for where in rules if inside.as_posix().startswith(where)]
    return rules[max(matching, key=len)] if matching else ""


@cache
def _rules() -> dict[str, str]:
    with TABLE.open(newline="", encoding="utf-8") as file:
        return {row["where"]: row["topic"] for row in csv.DictReader(file)}
