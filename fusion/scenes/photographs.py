"""Photographs whose things were named and boxed by hand: parts of them as pictures to ask about.

They show mostly birds, so they are not asked for names. They teach what composed pictures cannot: what stands
before a real background, what is there besides, and what is not.
"""

import csv
import random
from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from PIL import Image, ImageOps

from fusion.pack.fetch import material_folder
from fusion.scenes.backdrops import photographs_at_hand
from fusion.scenes.scene import Box, Placed, photographed
from fusion.vocabulary import by_name, kinds

# One row a thing, by hand; without a box where it stands behind, `*` after the name where it is a crowd.
FILE = Path(__file__).with_name("photographs.csv")
VERSION = 1
WHOLE = 0.7  # of a thing in a part of a photograph, so that it can be asked about
SMALL = 0.25  # of the biggest thing: what is smaller is seen besides
ENLARGED = 224  # pixels of the shorter side


@dataclass(frozen=True)
class Photograph:
    """One take of a labelled photograph: 0 the whole, others a part of it, half of them mirrored."""

    file: str
    take: int = 0

    @property
    def key(self) -> str:
        """Changes with whatever changes the picture or what is known of it."""
        return f"photograph {VERSION} {self.file} {self.take} {self.placed} {self._besides}"

    @property
    def held_out(self) -> bool:
        """Whether it is for validation, every take of it; no backdrop is cut from such a one."""
        return int(self.file[1:5]) % 5 == 0

    @cached_property
    def placed(self) -> tuple[Placed, ...]:
        """The things that stand out, where they are in this take."""
        left, top, right, bottom = self._part
        seen = []
        for thing in _things()[self.file]:
            if thing.box is None:
                continue
            x0, y0, x1, y1 = thing.box
            cut = (max(x0, left), max(y0, top), min(x1, right), min(y1, bottom))
            visible = max(0.0, cut[2] - cut[0]) * max(0.0, cut[3] - cut[1])
            if visible < WHOLE * (x1 - x0) * (y1 - y0):
                continue
            wide, high = right - left, bottom - top
            x0, x1 = ((x - left) / wide for x in (cut[0], cut[2]))
            y0, y1 = ((y - top) / high for y in (cut[1], cut[3]))
            if self._mirrored:
                x0, x1 = 1 - x1, 1 - x0
            seen.append(Placed(thing.name, (x0, y0, x1, y1), thing.color, crowd=thing.crowd))
        biggest = max((thing.area for thing in seen), default=0.0)
        names = {thing.name for thing in seen if thing.area >= SMALL * biggest}
        return tuple(thing for thing in seen if thing.name in names)

    @cached_property
    def besides(self) -> tuple[str, ...]:
        """The other things, those that are cut off, small or of no known place among them."""
        left, top, right, bottom = self._part
        in_view = Counter(
            thing.name
            for thing in _things()[self.file]
            if thing.box is None
            or (
                min(thing.box[2], right) > max(thing.box[0], left)
                and min(thing.box[3], bottom) > max(thing.box[1], top)
            )
        )
        return tuple((in_view - Counter(thing.name for thing in self.placed)).elements())

    @property
    def also(self) -> tuple[str, ...]:
        """What else the whole shows."""
        return () if self.take else self._besides

    @property
    def perhaps(self) -> tuple[str, ...]:
        """What else the whole shows, of which a part may show some."""
        return self._besides if self.take else ()

    @property
    def _besides(self) -> tuple[str, ...]:
        placed = {thing.name for thing in self.placed}
        return tuple(dict.fromkeys(t.name for t in _things()[self.file] if t.name not in placed))

    @property
    def pool(self) -> tuple[str, ...]:
        """Every thing of every photograph, as often as it is shown."""
        return _shown()

    def draw(self) -> Image.Image:
        """The RGB picture."""
        with Image.open(material_folder() / "open-images" / self.file) as file:
            whole = file.convert("RGB")
        picture = part_of(whole, self._part)
        scale = ENLARGED / min(picture.size)
        size = (round(picture.width * scale), round(picture.height * scale))
        picture = picture.resize(size, Image.Resampling.BICUBIC)
        if self._mirrored:
            picture = ImageOps.mirror(picture)
        return photographed(picture, self._random("draw")) if self.take else picture

    @cached_property
    def _part(self) -> Box:
        """(left, top, right, bottom) as shares of the whole."""
        if not self.take:
            return (0.0, 0.0, 1.0, 1.0)
        random_ = self._random("part")
        wide, high = random_.uniform(0.65, 1), random_.uniform(0.65, 1)
        left, top = random_.uniform(0, 1 - wide), random_.uniform(0, 1 - high)
        return (left, top, left + wide, top + high)

    @cached_property
    def _mirrored(self) -> bool:
        return bool(self.take) and self._random("mirrored").random() < 0.5

    def _random(self, what: str) -> random.Random:
        return random.Random(f"{VERSION} {self.file} {self.take} {what}")


def part_of(picture: Image.Image, box: Box) -> Image.Image:
    """What of a picture lies in a box (left, top, right, bottom) of shares."""
    left, top, right, bottom = (
        round(share * side) for share, side in zip(box, (*picture.size, *picture.size), strict=True)
    )
    return picture.crop((left, top, max(left + 1, right), max(top + 1, bottom)))


@dataclass(frozen=True)
class Labelled:
    """A thing in a photograph; box None where it stands behind or its place is not known."""

    name: str
    color: str
    box: Box | None
    crowd: bool


def photographs() -> tuple[str, ...]:
    """The files with something to ask about; none where the photographs are not fetched."""
    if not photographs_at_hand():
        return ()
    return tuple(file for file, things in _things().items() if any(thing.box for thing in things))


def crops() -> list[tuple[str, str, Box]]:
    """(file, name, box) of every single thing that stands out in a photograph that may be trained on."""
    return [
        (file, thing.name, thing.box)
        for file in photographs()
        if not Photograph(file).held_out
        for thing in _things()[file]
        if thing.box is not None and not thing.crowd
    ]


@cache
def in_most() -> frozenset[str]:
    """The kinds of things that more than half of the photographs show."""
    shown = Counter(
        general
        for things in _things().values()
        for general in {general for thing in things for general in kinds(thing.name)}
    )
    return frozenset(general for general, count in shown.items() if 2 * count > len(_things()))


@cache
def _things() -> dict[str, list[Labelled]]:
    found: dict[str, list[Labelled]] = {}
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            things = found.setdefault(row["file"], [])
            name = row["name"].removesuffix("*")
            if not name:
                continue
            sides = tuple(int(row[side]) / 100 for side in ("left", "top", "right", "bottom") if row[side])
            box = sides if len(sides) == 4 else None
            things.append(Labelled(by_name()[name].name, row["color"], box, row["name"].endswith("*")))
    return found


@cache
def _shown() -> tuple[str, ...]:
    return tuple(thing.name for things in _things().values() for thing in things)
