"""The colour that people would name of an object."""

import csv
from functools import cache, lru_cache
from pathlib import Path

from PIL import Image

from fusion.colors import dominant_colors
from fusion.scenes.objects import SceneObject, cut_out

# By hand: cut-outs whose colour people would name otherwise than it is measured, as they are (hue 0) or
# turned; empty where it is several or doubtful.
FILE = Path(__file__).with_name("colors.csv")


def object_color(item: SceneObject, hue: int) -> str:
    """One of fusion.colors.COLORS; "" where none would be named by nearly everybody.

    hue: degrees by which its colours are turned. What had to be put right by hand is not told when turned.
    """
    by_hand = _by_hand()
    if (item.file, hue) in by_hand:
        return by_hand[item.file, hue]
    return "" if (item.file, 0) in by_hand else measured_color(item, hue)


@lru_cache(maxsize=8192)
def measured_color(item: SceneObject, hue: int) -> str:
    """The colour of most of an object; "" where none leads."""
    colors = dominant_colors(turned(cut_out(item).resize((48, 48)), hue))
    return colors[0] if len(colors) == 1 else ""


def turned(picture: Image.Image, hue: int) -> Image.Image:
    """An RGBA picture with its hues turned by `hue` degrees."""
    if not hue:
        return picture
    h, s, v = picture.convert("RGB").convert("HSV").split()
    made = Image.merge("HSV", (h.point(lambda x: (x + hue * 256 // 360) % 256), s, v)).convert("RGB")
    made.putalpha(picture.getchannel("A"))
    return made


@cache
def _by_hand() -> dict[tuple[str, int], str]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return {(row["file"], int(row["hue"])): row["color"] for row in csv.DictReader(file)}
