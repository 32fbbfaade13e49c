"""The pack of object pictures and backgrounds, as it lies in assets/pack."""

import csv
import io
import threading
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image

from fusion.errors import UserError
from fusion.once import once
from fusion.paths import ASSETS

FOLDER = ASSETS / "pack"
OBJECTS = "objects"
BACKGROUNDS = "backgrounds"
_BROKEN = "The picture pack {} is missing or damaged; `python -m fusion.pack build` makes it anew."
_reading = threading.Lock()


@dataclass(frozen=True)
class PackObject:
    """One object with its background removed."""

    file: str  # within objects.zip
    name: str  # of assets/vocabulary.csv
    domain: str  # "render" or "drawing"
    colors: tuple[str, ...]  # of fusion.colors.COLORS, most of the picture first; may be empty
    source: str


def objects() -> tuple[PackObject, ...]:
    """Every object of the pack, by name. Raises UserError where the pack is missing or damaged."""
    return _objects(FOLDER)


def picture(file: str) -> Image.Image:
    """The object's picture, RGBA, longest side at most 128. Raises UserError as `objects` does."""
    return _picture(FOLDER / f"{OBJECTS}.zip", file).convert("RGBA")


def backgrounds() -> tuple[str, ...]:
    """The files of the textures to put objects on. Raises UserError as `objects` does."""
    return tuple(row["file"] for row in _rows(FOLDER / f"{BACKGROUNDS}.csv", ("file", "source")))


def background(file: str) -> Image.Image:
    """The texture, RGB, 256x256. Raises UserError as `objects` does."""
    return _picture(FOLDER / f"{BACKGROUNDS}.zip", file).convert("RGB")


@cache
def _objects(folder: Path) -> tuple[PackObject, ...]:
    columns = ("file", "name", "domain", "colors", "source")
    return tuple(
        PackObject(
            row["file"],
            row["name"],
            row["domain"],
            tuple(row["colors"].split(";")) if row["colors"] else (),
            row["source"],
        )
        for row in _rows(folder / f"{OBJECTS}.csv", columns)
    )


@cache
def _rows(path: Path, columns: tuple[str, ...]) -> tuple[dict[str, str], ...]:
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = tuple(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise UserError(_BROKEN.format(path.name)) from None
    if any(row.get(column) is None for row in rows for column in columns):
        raise UserError(_BROKEN.format(path.name))
    return rows


def _picture(path: Path, file: str) -> Image.Image:
    try:
        with _reading:
            content = _archive(path).read(file)
        image = Image.open(io.BytesIO(content))
        image.load()
    except (OSError, KeyError, zipfile.BadZipFile):  # Pillow's errors are OSErrors
        raise UserError(_BROKEN.format(path.name)) from None
    return image


@once
def _archive(path: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(path)
