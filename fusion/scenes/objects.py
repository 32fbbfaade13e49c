"""The object pictures that scenes are made of, and which split each belongs to."""

import csv
import hashlib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from PIL import Image

from fusion.pack import read
from fusion.pack.fetch import material_folder
from fusion.vocabulary import by_name

STAMPS = Path(__file__).resolve().parent.parent / "pack" / "tuxpaint.csv"
# Of the names with one picture alone, which ImageNet knows too: these shares are never trained on.
TEST_SHARE, VALIDATION_SHARE = 0.3, 0.12
LONGEST = 256  # pixels that a cut-out has at the most
Domain = Literal["photo", "render", "drawing"]


@dataclass(frozen=True)
class SceneObject:
    """One object with its background removed. file: in the pack, or in the fetched stamps (stamp)."""

    file: str
    name: str
    domain: Domain
    stamp: bool

    @property
    def key(self) -> str:
        return f"{'stamp' if self.stamp else 'pack'}/{self.file}"


def objects(split: str) -> tuple[SceneObject, ...]:
    """The objects of "train", "validation" or "test": no picture stands in two of them."""
    return _split()[split]


@cache
def by_names(split: str, photos: bool) -> dict[str, tuple[SceneObject, ...]]:
    """The photographs, or else the drawings and renders, of each name in a split."""
    found: dict[str, list[SceneObject]] = {}
    for item in objects(split):
        if (item.domain == "photo") == photos:
            found.setdefault(item.name, []).append(item)
    return {name: tuple(items) for name, items in found.items()}


def fetched() -> bool:
    """Whether the photographs that are trained on but not shipped are at hand."""
    return (material_folder() / "tuxpaint").is_dir()


@lru_cache(maxsize=2048)
def cut_out(item: SceneObject) -> Image.Image:
    """The object's RGBA picture, cropped to what is not transparent."""
    if item.stamp:
        with Image.open(material_folder() / "tuxpaint" / item.file) as file:
            picture = file.convert("RGBA")
    else:
        picture = read.picture(item.file)
    picture = picture.crop(picture.getchannel("A").point(lambda a: 255 * (a > 16)).getbbox() or None)
    picture.thumbnail((LONGEST, LONGEST))
    return picture


@cache
def names_with_pictures() -> frozenset[str]:
    """Names that the pack or the stamps show, whether the stamps are fetched or not."""
    return frozenset({item.name for item in read.objects()} | {row.name for row in _stamps()})


@cache
def names_of(photos: bool) -> tuple[str, ...]:
    """Every name, of any split, that there are photographs of, or else drawings and renders."""
    parts = [by_names(split, photos) for split in ("train", "validation", "test")]
    return tuple(sorted(set().union(*parts)))


@cache
def _split() -> dict[str, tuple[SceneObject, ...]]:
    """Photographs alone are held back: what people bring are no drawings."""
    drawn = [SceneObject(item.file, item.name, _domain(item.domain), False) for item in read.objects()]
    stamps = _stamps() if fetched() else ()
    photos: dict[str, list[SceneObject]] = {}
    for item in stamps:
        if item.domain == "photo":
            photos.setdefault(item.name, []).append(item)
    parts: dict[str, list[SceneObject]] = {"train": [], "validation": [], "test": []}
    for name, items in photos.items():
        for i, item in enumerate(sorted(items, key=lambda item: _draw(item.key))):
            parts[_part(item, i, len(items), bool(by_name()[name].classes))].append(item)
    parts["train"] += [item for item in stamps if item.domain != "photo"]
    for item in drawn:  # with no photograph at hand, some of the pack is held back in their place
        held = not stamps and _draw(item.key) < VALIDATION_SHARE
        parts["validation" if held else "train"].append(item)
    used = {_content(item) for split in ("train", "test") for item in parts[split] if item.stamp}
    parts["validation"] = [o for o in parts["validation"] if not o.stamp or _content(o) not in used]
    return {split: tuple(items) for split, items in parts.items()}


def _content(item: SceneObject) -> str:
    """A stamp's own bytes: two files may hold one picture."""
    return hashlib.sha256((material_folder() / "tuxpaint" / item.file).read_bytes()).hexdigest()


def _part(item: SceneObject, place: int, pictures: int, known: bool) -> str:
    """The split of one of a name's pictures; a name that only one picture can teach stays in training."""
    if pictures > 1:
        return "test" if place % 3 == 1 else "validation" if place % 3 == 2 else "train"
    draw = _draw(item.key) if known else 1.0
    return "test" if draw < TEST_SHARE else "validation" if draw < TEST_SHARE + VALIDATION_SHARE else "train"


@cache
def _stamps() -> tuple[SceneObject, ...]:
    with STAMPS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(SceneObject(row["file"], row["name"], _domain(row["domain"]), True) for row in rows)


def _domain(text: str) -> Domain:
    assert text in ("photo", "render", "drawing")
    return text  # type: ignore[return-value]


def _draw(key: str) -> float:
    """A number in [0, 1) that depends on the key alone."""
    return int(hashlib.sha256(key.encode()).hexdigest()[:8], 16) / 16**8
