"""What is not right with a data set, each in one sentence."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from fusion.language import later

SAMPLES = 5
# One of a kind, and several.
UNITS = {
    "row": ("{n:,} row", "{n:,} rows"),
    "class": ("{n:,} class", "{n:,} classes"),
    "label": ("{n:,} label", "{n:,} labels"),
    "picture": ("{n:,} picture", "{n:,} pictures"),
}


@dataclass(frozen=True)
class Problem:
    """Something to know before anything runs.

    kind: a short name for programs. sentence: for a person, and in any language by `say`. count: how many
    rows or classes it is about. rows: the names of a few of them. severity: "note" where nothing needs to be
    done.
    """

    kind: str
    sentence: str
    count: int
    rows: tuple[str, ...] = ()
    severity: Literal["note", "warning"] = "warning"


def problem(
    kind: str,
    sentence: str,
    names: Iterable[str],
    unit: str = "row",
    severity: Literal["note", "warning"] = "warning",
    **values: object,
) -> list[Problem]:
    """The problem of these rows or classes, if there are any; `{n}` in the sentence says how many of UNITS,
    values: what else stands there in braces."""
    found = list(names)
    if not found:
        return []
    samples = tuple(dict.fromkeys(name for name in found if name))[:SAMPLES]
    return [Problem(kind, later(sentence, n=some(len(found), unit), **values), len(found), samples, severity)]


def some(count: int, unit: str) -> str:
    """ "1 row", "2,000 rows"."""
    one, many = UNITS[unit]
    return later(one if count == 1 else many, n=count)
