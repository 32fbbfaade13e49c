"""A scene: which objects stand where, drawn as a picture.

Everything follows from its split and its number.
"""

import io
import random
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from fusion.colors import COLORS
from fusion.scenes.backdrops import backdrop, photographs_at_hand
from fusion.scenes.object_colors import measured_color, object_color, turned
from fusion.scenes.objects import SceneObject, by_names, cut_out, names_of
from fusion.vocabulary import by_name, known_names

VERSION = 1
SIZES = ((288, 288), (320, 256), (256, 320))
COUNTS = (1, 2, 3, 4, 5, 6)
COUNT_WEIGHTS = (44, 22, 12, 8, 7, 7)
# The longer side of each of so many objects, least and most, over the shorter one of the picture.
SIDES = ((0.4, 0.98), (0.34, 0.62), (0.28, 0.46), (0.26, 0.4), (0.24, 0.36), (0.22, 0.32))
# Shades that people call by each name, to paint imagined things with.
TINTS = {
    "black": ((20, 20, 22), (40, 38, 36)),
    "white": ((245, 245, 242), (232, 230, 225)),
    "gray": ((128, 128, 128), (160, 158, 155), (105, 108, 112)),
    "red": ((200, 30, 35), (160, 25, 30), (225, 55, 45)),
    "orange": ((240, 140, 30), (225, 115, 40)),
    "yellow": ((240, 215, 60), (225, 190, 40)),
    "green": ((60, 140, 60), (100, 150, 50), (35, 95, 45)),
    "blue": ((50, 90, 180), (70, 130, 200), (30, 50, 120)),
    "purple": ((120, 60, 150), (150, 90, 180)),
    "pink": ((240, 160, 185), (225, 120, 160)),
    "brown": ((120, 80, 50), (150, 105, 65), (90, 60, 40)),
}
SAME = 0.6  # of the scenes of three or more objects: how often they are of one name
RECOLORED = 0.35
DRAWN = 0.25  # of the training scenes: how often they show drawings and renders
OVERLAP = 0.12  # of the smaller of two boxes, at the most
# Kinds of things that come in any colour.
PAINTED = ("vehicle", "clothing", "toy", "furniture", "kitchenware", "sports equipment")
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Placed:
    """One object in a scene.

    box: (left, top, right, bottom) as shares of the picture. color: of most of it, "" where none leads or
    nothing is drawn. hue: degrees by which its colours are turned. crowd: whether it stands for more of them
    than can be counted.
    """

    name: str
    box: Box
    color: str = ""
    item: SceneObject | None = None
    mirrored: bool = False
    hue: int = 0
    crowd: bool = False

    @property
    def area(self) -> float:
        return (self.box[2] - self.box[0]) * (self.box[3] - self.box[1])

    @property
    def centre(self) -> tuple[float, float]:
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2


@dataclass(frozen=True)
class Scene:
    """Number `index` of a split. imagined: its objects are told to the encoder and drawn as
    plain shapes."""

    split: str
    index: int
    imagined: bool = False

    @property
    def key(self) -> str:
        """Changes with whatever changes the picture."""
        told = [(p.name, p.box, p.hue, _painted(p), p.mirrored, p.item and p.item.key) for p in self.placed]
        return f"scene {VERSION} {self.split} {self.index} {self.imagined} {photographs_at_hand()} {told}"

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self._random("size").choice(SIZES)

    @cached_property
    def placed(self) -> tuple[Placed, ...]:
        """The objects, those behind first."""
        return _imagine(self._random("plan")) if self.imagined else _plan(self._random("plan"), self)

    @property
    def besides(self) -> tuple[str, ...]:
        """Nothing: the backdrops are empty."""
        return ()

    also = perhaps = besides

    @property
    def pool(self) -> tuple[str, ...]:
        """The names that scenes like this one show."""
        item = self.placed[0].item
        return known_names() if item is None else names_of(item.domain == "photo")

    def draw(self) -> Image.Image:
        """The RGB picture."""
        random_ = self._random("draw")
        picture = backdrop(random_, self.size, self.split)
        for placed in self.placed:
            if placed.item is None:
                _paint(picture, placed, random_)
            else:
                _paste(picture, placed)
        return photographed(picture, random_)

    def _random(self, what: str) -> random.Random:
        return random.Random(f"{VERSION} {self.split} {self.index} {self.imagined} {what}")


def portrait(item: SceneObject, random_: random.Random, size: tuple[int, int]) -> Image.Image:
    """One object of the training split alone in an RGB picture; now and then cut off by its edge."""
    width, height = size
    picture = cut_out(item)
    scale = random_.uniform(0.35, 1.0 if random_.random() < 0.75 else 1.5) * min(size) / max(picture.size)
    w, h = picture.width * scale / width, picture.height * scale / height
    left, top = (
        random_.uniform(min(0.0, 1 - w), max(0.0, 1 - w)),
        random_.uniform(min(0.0, 1 - h), max(0.0, 1 - h)),
    )
    canvas = backdrop(random_, size, "train")
    _paste(canvas, Placed(item.name, (left, top, left + w, top + h), "", item, random_.random() < 0.5))
    return photographed(canvas, random_)


def photographed(picture: Image.Image, random_: random.Random) -> Image.Image:
    """The picture after the accidents of a camera: light, colour, blur and JPEG."""
    for enhance in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        picture = enhance(picture).enhance(random_.uniform(0.8, 1.2))
    if random_.random() < 0.2:
        picture = picture.filter(ImageFilter.GaussianBlur(random_.uniform(0.4, 1.2)))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=random_.randint(45, 95))
    with Image.open(file) as compressed:
        return compressed.convert("RGB")


def _plan(random_: random.Random, scene: Scene) -> tuple[Placed, ...]:
    """Objects side by side, of one name or of several."""
    drawn = scene.split == "train" and random_.random() < DRAWN
    pool = by_names(scene.split, not drawn) or by_names(scene.split, drawn)
    (wanted,) = random_.choices(COUNTS, COUNT_WEIGHTS)
    same = wanted > 2 and random_.random() < SAME
    names = random_.choices(sorted(pool), k=1) * wanted if same else random_.sample(sorted(pool), wanted)
    placed: list[Placed] = []
    for name in names:
        hue = placed[0].hue if same and placed else _hue(random_, name)
        spot = _placed(random_, random_.choice(pool[name]), hue, scene.size, wanted, placed)
        if spot is not None:
            placed.append(spot)
    return tuple(placed)


def _placed(
    random_: random.Random,
    item: SceneObject,
    hue: int,
    size: tuple[int, int],
    count: int,
    others: list[Placed],
) -> Placed | None:
    """The object at a free place; None where none is found."""
    picture = cut_out(item)
    low, high = SIDES[count - 1]
    width, height = size
    for _ in range(40):
        scale = random_.uniform(low, high) * min(size) / max(picture.size)
        w, h = picture.width * scale / width, picture.height * scale / height
        left, top = random_.uniform(0, max(0.0, 1 - w)), random_.uniform(0, max(0.0, 1 - h))
        box = (left, top, min(1.0, left + w), min(1.0, top + h))
        if all(_shared(box, other.box) <= OVERLAP for other in others):
            return Placed(item.name, box, object_color(item, hue), item, random_.random() < 0.5, hue)
    return None


def _hue(random_: random.Random, name: str) -> int:
    """Degrees by which to turn the colours of a thing that comes in any."""
    painted = by_name()[name].category in PAINTED and random_.random() < RECOLORED
    return 40 * random_.randint(1, 8) if painted else 0


def _painted(placed: Placed) -> str:
    """The colour that an imagined thing is painted with, or that was measured of another."""
    return placed.color if placed.item is None else measured_color(placed.item, placed.hue)


def _imagine(random_: random.Random) -> tuple[Placed, ...]:
    """One to three objects of names that ImageNet knows, in boxes alone."""
    placed: list[Placed] = []
    (wanted,) = random_.choices((1, 2, 3), (60, 28, 12))
    for name in random_.sample(known_names(), wanted):
        for _ in range(40):
            w, h = (random_.uniform(0.3, 0.95) / wanted**0.6 for _ in range(2))
            left, top = random_.uniform(0, 1 - w), random_.uniform(0, 1 - h)
            box = (left, top, left + w, top + h)
            if all(_shared(box, other.box) <= OVERLAP for other in placed):
                placed.append(Placed(name, box, random_.choice(COLORS)))
                break
    return tuple(placed)


def _paint(picture: Image.Image, placed: Placed, random_: random.Random) -> None:
    """A soft shape in the thing's colour, so that something stands where it is imagined."""
    left, top, right, bottom = (
        round(share * side) for share, side in zip(placed.box, (*picture.size, *picture.size), strict=True)
    )
    shape = Image.new("L", (max(1, right - left), max(1, bottom - top)))
    inset = random_.uniform(0, 0.12)
    edges = (inset * shape.width, inset * shape.height, (1 - inset) * shape.width, (1 - inset) * shape.height)
    draw = ImageDraw.Draw(shape)
    random_.choice([draw.ellipse, draw.rectangle])(edges, fill=255)
    tint = random_.choice(TINTS[placed.color])
    grain = np.random.default_rng(random_.randrange(2**32))
    noise = grain.normal(0, random_.uniform(2, 10), (shape.height, shape.width, 1))
    grained = Image.fromarray((np.array(tint) + noise).clip(0, 255).astype(np.uint8))
    picture.paste(grained, (left, top), shape.filter(ImageFilter.GaussianBlur(3)))


def _paste(picture: Image.Image, placed: Placed) -> None:
    assert placed.item is not None
    left, top, right, bottom = (
        round(share * side) for share, side in zip(placed.box, (*picture.size, *picture.size), strict=True)
    )
    item = cut_out(placed.item).resize((max(1, right - left), max(1, bottom - top)), Image.Resampling.BICUBIC)
    item = turned(item, placed.hue)
    if placed.mirrored:
        item = item.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    picture.paste(item, (left, top), item)


def _shared(a: Box, b: Box) -> float:
    """The area that two boxes share, over the smaller's."""
    wide = min(a[2], b[2]) - max(a[0], b[0])
    high = min(a[3], b[3]) - max(a[1], b[1])
    if wide <= 0 or high <= 0:
        return 0.0
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (a, b)]
    return wide * high / max(1e-9, min(areas))
