"""What stands behind the objects: plain colours, gradients, textures and blurred corners of photographs."""

import csv
import random
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from fusion.pack import read
from fusion.pack.fetch import material_folder

# Corners of unlabelled photographs in which the image encoder is sure of nothing; none is of the task
# `photos`.
CORNERS = Path(__file__).with_name("backdrops.csv")
Box = tuple[int, int, int, int]
STUDIO = (255, 255, 255, 255, 246, 232, 205, 128, 28)


def backdrop(random_: random.Random, size: tuple[int, int], split: str) -> Image.Image:
    """An RGB picture of `size` (width, height); a photograph is used in one split alone."""
    draw = random_.random()
    corners, textures = _corners()[split == "test"], _textures()[split == "test"]
    if draw < 0.5 and corners:
        file, box = random_.choice(corners)
        with Image.open(material_folder() / "open-images" / file) as photograph:
            picture = photograph.convert("RGB").crop(box).resize(size, Image.Resampling.BICUBIC)
        return picture.filter(ImageFilter.GaussianBlur(random_.choice((1, 2, 4, 8, 12))))
    if draw < 0.6 and textures:
        return read.background(random_.choice(textures)).resize(size, Image.Resampling.BICUBIC)
    if draw < 0.85:
        return Image.new("RGB", size, (random_.choice(STUDIO),) * 3)
    ends = np.array([[random_.randint(0, 255) for _ in range(3)] for _ in range(2)])
    share = np.linspace(0, 1, size[1])[:, None, None]
    ramp = (ends[0] * (1 - share) + ends[1] * share) * np.ones((1, size[0], 1))
    return Image.fromarray(ramp.astype(np.uint8))


def photographs_at_hand() -> bool:
    """Whether the photographs that backdrops are cut from are fetched."""
    return (material_folder() / "open-images").is_dir()


@cache
def _corners() -> tuple[list[tuple[str, Box]], list[tuple[str, Box]]]:
    """Files and boxes of train and test; nothing where the photographs are not fetched."""
    if not photographs_at_hand():
        return [], []
    with CORNERS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    parts: tuple[list[tuple[str, Box]], list[tuple[str, Box]]] = [], []
    for row in rows:
        left, top, right, bottom = (int(row[side]) for side in ("left", "top", "right", "bottom"))
        parts[int(row["file"][1:5]) % 5 == 0].append((row["file"], (left, top, right, bottom)))
    return parts


@cache
def _textures() -> tuple[list[str], list[str]]:
    files = list(read.backgrounds())
    return files[::2], files[1::2]
