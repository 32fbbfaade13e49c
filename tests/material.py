"""A small stand-in for the material that is fetched and not shipped: the same files, other pictures."""

import csv
import io
from pathlib import Path

from PIL import Image, ImageDraw

from fusion.scenes import backdrops, object_colors, objects, photographs
from fusion.tasks import cifar10, clipart_topics, photos, scenes

# An ellipse of each colour and shape stands for a cut-out.
COLORS = ((220, 20, 20), (20, 160, 20), (30, 60, 220), (240, 220, 30), (10, 10, 10), (120, 70, 30))
SIZES = ((48, 48), (64, 40), (40, 60), (72, 30))


def write_material(folder: Path) -> None:
    """Every stamp of fusion/pack/tuxpaint.csv, and every photograph that is labelled or that a
    backdrop is cut from."""
    with objects.STAMPS.open(encoding="utf-8", newline="") as table:
        stamps = [row["file"] for row in csv.DictReader(table)]
    drawn = {(color, size): _ellipse(color, size) for color in COLORS for size in SIZES}
    for i, file in enumerate(stamps):
        path = folder / "tuxpaint" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        # What follows a PNG's last chunk is not read; it makes each file another.
        path.write_bytes(drawn[COLORS[i % len(COLORS)], SIZES[i % len(SIZES)]] + file.encode())
    with backdrops.CORNERS.open(encoding="utf-8", newline="") as table:
        files = {row["file"] for row in csv.DictReader(table)}
    with photographs.FILE.open(encoding="utf-8", newline="") as table:
        files |= {row["file"] for row in csv.DictReader(table)}
    content = io.BytesIO()
    Image.linear_gradient("L").resize((120, 120)).save(content, "JPEG")
    (folder / "open-images").mkdir(parents=True)
    for file in files:
        (folder / "open-images" / file).write_bytes(content.getvalue())


def forget() -> None:
    """Nothing that was read of the material is kept."""
    for kept in (
        objects.by_names,
        objects.cut_out,
        objects._split,
        object_colors.measured_color,
        backdrops._corners,
        photographs._things,
        photographs._shown,
        photographs.in_most,
        scenes.examples,
        photos.examples,
        cifar10.examples,
        clipart_topics.examples,
        cifar10._batch,
    ):
        kept.cache_clear()


def _ellipse(color: tuple[int, int, int], size: tuple[int, int]) -> bytes:
    """A PNG with a clear margin of 5 pixels."""
    picture = Image.new("RGBA", (size[0] + 10, size[1] + 10))
    ImageDraw.Draw(picture).ellipse((5, 5, size[0] + 4, size[1] + 4), fill=color)
    content = io.BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()
