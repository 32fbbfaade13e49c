"""Build the drawings: fetched, cleaned step by step, grouped, split and written."""

import csv
import hashlib
import io
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import numpy as np
from PIL import Image

from fusion.clipart.groups import alike, groups, look, trimmed
from fusion.clipart.read import COLUMNS, PICTURES, TABLE, Drawing, built_folder
from fusion.clipart.titles import COLLECTION, bare, says_nothing, title_of
from fusion.clipart.topics import TABLE as TOPICS
from fusion.clipart.topics import topic_of
from fusion.errors import UserError
from fusion.inputs import MIN_SIDE, clean_picture
from fusion.pack.fetch import debian_package
from fusion.progress import Progress, silent

SIDE = 256  # pixels of the longer side
QUALITY = 80
TEST_SHARE = 0.3  # of the groups
PNG = "usr/share/openclipart/png"
SVG = "usr/share/openclipart/svg"


@dataclass(frozen=True)
class Found:
    """A drawing of the package; inside: its path below the pictures' folder."""

    inside: Path
    title: str
    topic: str


def build(progress: Progress = silent) -> list[str]:
    """Fetch the packages and write the drawings anew; how many were left after each step, in lines.

    Raises UserError where a client fails.
    """
    with TemporaryDirectory() as temporary:
        roots = []
        for done, name in enumerate(("openclipart-png", "openclipart-svg")):
            progress("packages", done, 2)
            (folder := Path(temporary) / name).mkdir()
            roots.append(debian_package(name, folder))
        progress("packages", 2, 2)
        return build_from(roots[0] / PNG, roots[1] / SVG, built_folder(), progress)


def build_from(pictures: Path, titles: Path, home: Path, progress: Progress = silent) -> list[str]:
    """`build` from the unpacked packages into the folder `home`, which is replaced."""
    found, steps = clean(pictures, titles)
    kept: list[Found] = []
    contents: list[bytes] = []
    looks: list[tuple[np.ndarray, float]] = []
    for done, item in enumerate(found):
        progress("drawings", done, len(found))
        if (picture := _shown(pictures / item.inside)) is not None:
            content = io.BytesIO()
            picture.save(content, "WEBP", quality=QUALITY, method=6)
            kept.append(item)
            contents.append(content.getvalue())
            looks.append(look(picture))
    progress("drawings", len(found), len(found))
    names = grouped(kept, looks)
    rows = [
        Drawing(f"{item.inside.with_suffix('.webp')}", item.title, item.topic, group, split_of(group), home)
        for item, group in zip(kept, names, strict=True)
    ]
    write(rows, contents, home)
    tests = sum(row.split == "test" for row in rows)
    return [
        *steps,
        f"{len(kept):,} can be opened and show something",
        f"{len(set(names)):,} groups of one drawing in variants",
        f"{len(rows) - tests:,} to train on, {tests:,} to test on",
    ]


def _shown(file: Path) -> Image.Image | None:
    """The drawing on white without its margin; None for one too large, too narrow, damaged or blank."""
    try:
        picture = clean_picture(file)
    except UserError:
        return None
    assert picture is not None
    if (cut := trimmed(picture)) is None:
        return None
    cut.thumbnail((SIDE, SIDE))
    return cut if min(cut.size) >= MIN_SIDE else None


def clean(pictures: Path, titles: Path) -> tuple[list[Found], list[str]]:
    """The drawings with a title of their own and a topic, and how many were left after each step."""
    everything = sorted(pictures.rglob("*.png"))
    own = [path.relative_to(pictures) for path in everything if not path.is_symlink()]
    told = {inside: title_of(titles / inside.with_suffix(".svg")) for inside in own}
    titled = {inside: title for inside, title in told.items() if bare(title)}
    shared = Counter(bare(title) for title in titled.values())
    named = {
        inside: title
        for inside, title in titled.items()
        if not says_nothing(title) and shared[bare(title)] < COLLECTION
    }
    found = [Found(inside, title, topic) for inside, title in named.items() if (topic := topic_of(inside))]
    return found, [
        f"{len(everything):,} drawings",
        f"{len(own):,} are no link to another",
        f"{len(titled):,} have a title",
        f"{len(named):,} have a title of their own, not a collection's",
        f"{len(found):,} have a topic: {TOPICS.name} says what is dropped, and why",
    ]


def grouped(found: Sequence[Found], looks: Sequence[tuple[np.ndarray, float]]) -> list[str]:
    """The group of each drawing: alike in look, in bare title, or in the bare name of the file."""
    names = [(item.inside.parent / bare(item.inside.stem)).as_posix() for item in found]
    numbers = groups(len(found), alike(looks), (names, [bare(item.title) for item in found]))
    first: dict[int, str] = {}
    return [
        first.setdefault(number, item.inside.with_suffix("").as_posix())
        for number, item in zip(numbers, found, strict=True)
    ]


def split_of(group: str) -> str:
    """The same for a group on every machine."""
    drawn = int.from_bytes(hashlib.sha256(group.encode()).digest()[:4], "big") / 2**32
    return "test" if drawn < TEST_SHARE else "train"


def write(rows: Iterable[Drawing], contents: Iterable[bytes], home: Path) -> None:
    """A table and an archive in a folder that takes its name only when it is whole."""
    draft = home.with_name(f".{home.name}.{uuid4().hex}")
    draft.mkdir(parents=True)
    try:
        with (
            (draft / TABLE).open("w", newline="", encoding="utf-8") as file,
            zipfile.ZipFile(draft / PICTURES, "w") as archive,
        ):
            table = csv.writer(file, lineterminator="\n")
            table.writerow(COLUMNS)
            for row, content in zip(rows, contents, strict=True):
                table.writerow([getattr(row, column) for column in COLUMNS])
                archive.writestr(zipfile.ZipInfo(row.picture), content)
        shutil.rmtree(home, ignore_errors=True)
        draft.rename(home)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
