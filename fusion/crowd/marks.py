"""What tells one visitor from every other: a word in the question, and a pattern in the picture."""

import base64
import re
from io import BytesIO

import numpy as np
from PIL import Image

SIZE = (640, 480)  # pixels of a visitor's picture
BITS = 12
_WORD = re.compile(r"zq(\d+)zq")
_DATA = re.compile(r"data:image/(?:jpeg|webp|png);base64,([A-Za-z0-9+/=]+)")


def word(number: int) -> str:
    """A word that no other visitor asks about."""
    return f"zq{number}zq"


def picture(number: int) -> bytes:
    """A JPEG whose top row is the number as black and white squares, and which is else noise of its own."""
    width, height = SIZE
    noise = np.random.default_rng(number).integers(0, 256, (height // 8, width // 8, 3), np.uint8)
    drawn = Image.fromarray(noise).resize(SIZE, Image.Resampling.BICUBIC)
    side = width / BITS
    for place in range(BITS):
        shade = (255,) * 3 if number >> place & 1 else (0,) * 3
        drawn.paste(shade, (round(place * side), 0, round((place + 1) * side), round(side)))
    file = BytesIO()
    drawn.save(file, "JPEG", quality=90)
    return file.getvalue()


def words_in(answer: str) -> set[int]:
    """The numbers of all visitors whose word stands in an answer."""
    return {int(found) for found in _WORD.findall(answer)}


def pictures_in(answer: str) -> set[int]:
    """The numbers of all visitors whose picture stands in an answer as data."""
    return {_number(found) for found in _DATA.findall(answer)}


def _number(data: str) -> int:
    with Image.open(BytesIO(base64.b64decode(data))) as opened:
        grey = np.asarray(opened.convert("L"), float)
    side = grey.shape[1] / BITS
    middle = [grey[round(side / 2), round((place + 0.5) * side)] for place in range(BITS)]
    return sum((shade > 127) << place for place, shade in enumerate(middle))
