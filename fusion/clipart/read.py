"""The drawings as they lie in the cache folder once built, and the sample of them that is shipped."""

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
from fusion.pack.fetch import material_folder
from fusion.paths import ASSETS

TABLE = "drawings.csv"
PICTURES = "drawings.zip"
COLUMNS = ("picture", "title", "topic", "group", "split")
SAMPLE = ASSETS / "clipart"
_BUILD = "The drawings are not built or damaged; run: python -m fusion.clipart build."
_reading = threading.Lock()


@dataclass(frozen=True)
class Drawing:
    """A drawing. group: what is one drawing in variants. split: "train" or "test". home: where it lies."""

    picture: str
    title: str
    topic: str
    group: str
    split: str
    home: Path

    @property
    def key(self) -> str:
        """Changes with the picture's bytes, and is the same for a picture of the sample."""
        return f"clipart {self.picture} {_archive(self.home).getinfo(self.picture).CRC:08x}"

    def draw(self) -> Image.Image:
        """The RGB picture, longest side at most 256. Raises UserError where it is damaged."""
        return Image.open(io.BytesIO(self.content())).convert("RGB")

    def content(self) -> bytes:
        """The bytes of its file."""
        try:
            with _reading:
                return _archive(self.home).read(self.picture)
        except (OSError, KeyError, zipfile.BadZipFile):
            raise UserError(_BUILD) from None


def built_folder() -> Path:
    """Where the drawings lie once they are built."""
    return material_folder() / "clipart"


def drawings() -> tuple[Drawing, ...]:
    """Every drawing of both splits. Raises UserError where they are not built."""
    return _drawings(built_folder())


def sample() -> tuple[Drawing, ...]:
    """Drawings of the test split, of every topic, which are shipped."""
    return _drawings(SAMPLE)


@cache
def _drawings(home: Path) -> tuple[Drawing, ...]:
    try:
        with (home / TABLE).open(newline="", encoding="utf-8") as file:
            rows = [[row[column] for column in COLUMNS] for row in csv.DictReader(file)]
        known = set(_archive(home).namelist())
    except (OSError, UnicodeDecodeError, csv.Error, KeyError, zipfile.BadZipFile):
        raise UserError(_BUILD) from None
    if not rows or any(row[0] not in known or row[4] not in ("train", "test") for row in rows):
        raise UserError(_BUILD)
    return tuple(
        Drawing(picture, title, topic, group, split, home) for picture, title, topic, group, split in rows
    )


@once
def _archive(home: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(home / PICTURES)
