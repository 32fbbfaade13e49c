"""Pictures to give, and what became of them."""

import re
import struct
import zlib
from collections.abc import Iterable

import numpy as np
import pytest
from PIL import Image

from fusion.errors import UserError
from fusion.inputs import clean_picture

RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)
SUFFIXES = ["png", "jpg", "webp", "gif", "bmp", "tif", "ppm", "avif"]


def halves(width: int = 32, height: int = 24) -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(BLUE, (width // 2, 0, width, height))
    return picture


def clean(source: object) -> Image.Image:
    picture = clean_picture(source)  # type: ignore[arg-type]
    assert type(picture) is Image.Image and picture is not source
    assert picture.mode == "RGB" and picture.info == {} and not dict(picture.getexif())
    return picture


def refusal(source: object) -> str:
    """The sentence that refuses a source."""
    with pytest.raises(UserError) as error:
        clean_picture(source)  # type: ignore[arg-type]
    sentence = str(error.value)
    assert re.fullmatch(r"[A-Z][^\n/]*[^.]\.", sentence) and not re.search(r"\. |PIL|Error", sentence)
    return sentence


def near(picture: Image.Image, at: tuple[int, int], wanted: Iterable[int], by: int = 12) -> bool:
    return bool(np.abs(np.array(picture.getpixel(at)) - list(wanted)).max() <= by)


def is_halves(picture: Image.Image) -> bool:
    return near(picture, (4, 12), RED) and near(picture, (28, 12), BLUE) and picture.size == (32, 24)


def png(width: int, height: int) -> bytes:
    """A PNG file that claims a size and holds no pixels."""
    chunks = b"IHDR" + struct.pack(">IIBxxxx", width, height, 8), b"IDAT" + zlib.compress(b""), b"IEND"
    pack = (struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(pack)
