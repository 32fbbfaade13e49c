"""A small data set for visitors who have none at hand: its questions need the picture and the text."""

import csv
from collections import Counter
from pathlib import Path

from fusion.language import later
from fusion.own.archive import unpack
from fusion.own.files import files_under
from fusion.pack.read import FOLDER, OBJECTS, PackObject, objects
from fusion.progress import Progress
from fusion.vocabulary import by_name

NAME = "kinds-and-colours"
KINDS, COLORS = 7, 7  # the most frequent ones
EACH = 40  # rows of an answer, at most
KIND = "What kind of thing is this?"
COLOR = "Which colour is it?"
SUMMARY = later("Drawings and renders, each with one of two questions: what kind of thing, or which colour?")


def write_example(folder: Path, progress: Progress) -> Path:
    """Write its pictures and its table under `folder`; the folder to read."""
    home = folder / NAME
    home.mkdir(parents=True)
    unpack(FOLDER / f"{OBJECTS}.zip", home, progress)
    chosen = _chosen()
    for path in set(files_under(home)) - {home / thing.file for thing, _, _ in chosen}:
        path.unlink()
    with (home / "table.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("picture", "question", "answer"))
        rows.writerows((thing.file, question, answer) for thing, question, answer in chosen)
    return home


def _chosen() -> list[tuple[PackObject, str, str]]:
    """A picture, its question and the answer; each picture once, every other one asked for its colour."""
    plain = [thing for thing in objects() if len(thing.colors) == 1]
    kinds = [(thing, KIND, by_name()[thing.name].category) for thing in plain[::2]]
    colors = [(thing, COLOR, thing.colors[0]) for thing in plain[1::2]]
    return _frequent(kinds, KINDS) + _frequent(colors, COLORS)


def _frequent(rows: list[tuple[PackObject, str, str]], answers: int) -> list[tuple[PackObject, str, str]]:
    """The rows of the most frequent answers, at most EACH of one, taken evenly."""
    found = []
    for answer, count in sorted(Counter(row[2] for row in rows).most_common(answers)):
        those = [row for row in rows if row[2] == answer]
        found += those[:: max(1, count // EACH)][:EACH]
    return found
