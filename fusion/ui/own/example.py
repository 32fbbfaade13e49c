"""A small data set for visitors who have none at hand: what kind of thing is this, by picture and caption?"""

import csv
from pathlib import Path

from fusion.own.archive import unpack
from fusion.own.files import files_under
from fusion.pack.read import FOLDER, OBJECTS, PackObject, objects
from fusion.progress import Progress
from fusion.vocabulary import by_name

NAME = "kinds-of-things"
EACH = 40  # rows of a kind, at most
LEAST = 20
SUMMARY = "Drawings and renders with a short caption: what kind of thing is it?"


def write_example(folder: Path, progress: Progress) -> Path:
    """Write its pictures and its table under `folder`; the folder to read."""
    home = folder / NAME
    home.mkdir(parents=True)
    unpack(FOLDER / f"{OBJECTS}.zip", home, progress)
    chosen = _chosen()
    for path in set(files_under(home)) - {home / thing.file for thing, _ in chosen}:
        path.unlink()
    with (home / "table.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("picture", "text", "label"))
        rows.writerows((thing.file, _caption(thing), kind) for thing, kind in chosen)
    return home


def _chosen() -> list[tuple[PackObject, str]]:
    of_kind: dict[str, list[PackObject]] = {}
    for thing in objects():
        of_kind.setdefault(by_name()[thing.name].category, []).append(thing)
    return [
        (thing, kind)
        for kind, things in sorted(of_kind.items())
        if len(things) >= LEAST
        for thing in things[:: max(1, len(things) // EACH)][:EACH]
    ]


def _caption(thing: PackObject) -> str:
    """ "a drawing in brown: acorn"."""
    color = f" in {thing.colors[0]}" if thing.colors else ""
    return f"a {thing.domain}{color}: {thing.name}"
