"""The names that answers are made of: their kinds, other words for them, the ImageNet classes they cover."""

import csv
from dataclasses import dataclass
from functools import cache

from fusion.errors import UserError
from fusion.language import say
from fusion.paths import ASSETS

FILE = ASSETS / "vocabulary.csv"


@dataclass(frozen=True)
class Name:
    """One thing that can be named.

    parent: the more general name, which may be no name of its own ("fruit"); "" at the top. category: the
    kind of thing. words: other words for the same. classes: ImageNet-1k classes that are this and nothing
    more particular.
    """

    name: str
    parent: str
    category: str
    words: tuple[str, ...]
    classes: tuple[int, ...]

    @property
    def all_words(self) -> tuple[str, ...]:
        return (self.name, *self.words)


@cache
def vocabulary() -> tuple[Name, ...]:
    """Every name, in the order of the file; raises UserError where it is missing or damaged."""
    try:
        with FILE.open(encoding="utf-8", newline="") as file:
            return tuple(
                Name(
                    name=row["name"],
                    parent=row["parent"],
                    category=row["category"],
                    words=tuple(filter(None, row["words"].split(";"))),
                    classes=tuple(_classes(row["classes"])),
                )
                for row in csv.DictReader(file)
            )
    except (OSError, KeyError, ValueError, AttributeError) as error:
        raise UserError(
            say("{file} is missing or damaged; restore it from the repository.", file=FILE.name)
        ) from error


@cache
def by_name() -> dict[str, Name]:
    return {name.name: name for name in vocabulary()}


@cache
def known_names() -> tuple[str, ...]:
    """The names that ImageNet knows."""
    return tuple(name.name for name in vocabulary() if name.classes)


@cache
def kinds(name: str) -> tuple[str, ...]:
    """What a name is, from the particular to the general: itself, its parents, its category."""
    chain = [name]
    while (known := by_name().get(chain[-1])) is not None and known.parent and known.parent not in chain:
        chain.append(known.parent)
    category = by_name()[name].category
    return (*chain, category) if category not in chain else tuple(chain)


def categories() -> tuple[str, ...]:
    """Every kind of thing, in the order of the file."""
    return tuple(dict.fromkeys(name.category for name in vocabulary()))


def _classes(ranges: str) -> list[int]:
    """ "151-153 7" to [151, 152, 153, 7]."""
    found: list[int] = []
    for part in ranges.split():
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found
