"""Pictures: of every format that Pillow reads, whole and damaged, and what else may stand in their place."""

import os
import socket
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from PIL import Image

import fusion
from fusion.fuzz.case import Case, Fault, Make, damaged, one_of
from fusion.fuzz.headers import HEADERS, PAYLOADS
from fusion.fuzz.words import ADDRESSES, absurd_name
from fusion.inputs import MAX_SIDE, MIN_SIDE, clean_picture

ASKED = 12  # of so many pictures that can be read one is answered
MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "LAB", "I", "I;16", "I;16B", "F")
SIZES = (1, 7, MIN_SIDE, 16, 33, 40, 64, 90, 200)


@contextmanager
def opened(folder: Path) -> Iterator[Make]:
    """With the lens that answers about what can be read."""
    Image.init()
    lens = fusion.load()
    lens.reply(Image.new("RGB", (32, 32)), "What is this?")

    def make(random: Random, place: Path) -> Case:
        what, source = one_of(random, _MAKERS)(random, place)
        asks = random.randrange(ASKED) == 0

        def attempt() -> Any:
            picture = clean_picture(source)
            if picture is None:
                return None
            if picture.mode != "RGB" or not 1 <= min(picture.size) <= max(picture.size) <= MAX_SIDE:
                raise Fault(f"a cleaned picture is {picture.mode} of {picture.width} x {picture.height}")
            return lens.ask(picture, "What is this?") if asks else list(picture.size)

        return Case(what, attempt)

    yield make


def small(random: Random, mode: str = "") -> Image.Image:
    """A picture of noise, mostly small, in any mode."""
    mode = mode or random.choice(MODES)
    width, height = random.choice(SIZES), random.choice(SIZES)
    values = np.random.default_rng(random.getrandbits(64)).integers(0, 256, (height, width, 4), np.uint8)
    if mode in ("I", "F"):
        kind: Any = np.int32 if mode == "I" else np.float32
        return Image.fromarray(values.view(kind)[..., 0])
    if mode.startswith("I;16"):
        return Image.frombytes(mode, (width, height), values[..., :2].tobytes())
    if mode in ("PA", "LAB", "LA"):
        bands = 3 if mode == "LAB" else 2
        return Image.frombytes(mode, (width, height), values[..., :bands].tobytes())
    return Image.fromarray(values, "RGBA").convert(mode)


def written(random: Random, name: str = "") -> tuple[str, bytes]:
    """A format that Pillow writes and the bytes of a picture in it, with metadata, often animated."""
    name = name or random.choice(sorted(Image.SAVE))
    options: dict[str, Any] = {}
    if random.random() < 0.3:
        options["exif"] = _exif(random)
    if random.random() < 0.2:
        options["icc_profile"] = random.randbytes(random.choice((0, 5, 200, 70_000)))
    if random.random() < 0.2:
        options |= {"save_all": True, "append_images": [small(random, "RGB") for _ in range(3)]}
    if name == "TIFF":
        options["compression"] = random.choice((None, "tiff_lzw", "packbits", "tiff_deflate"))
    for picture in (small(random), small(random, "RGB"), small(random, "L"), small(random, "1")):
        file = BytesIO()
        try:
            picture.save(file, name, **options)
        except Exception:  # a mode, an option or a size that the format has not
            options = {}
            continue
        return name, file.getvalue()
    return name, HEADERS.get(name, b"") + random.randbytes(200)


def _exif(random: Random) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = random.choice((1, 3, 6, 8, 0, 99, 65535))
    exif[0x010E] = "x" * random.choice((1, 60_000))
    data = exif.tobytes()
    return damaged(random, data) if random.random() < 0.5 else data


def _file(random: Random, place: Path, data: bytes, suffix: str) -> str:
    name = absurd_name(random) if random.random() < 0.15 else f"picture{suffix}"
    path = place / name
    try:
        path.write_bytes(data)
    except (OSError, ValueError):  # a name that no file can have
        path = place / f"picture{suffix}"
        path.write_bytes(data)
    return str(path)


def _suffix(random: Random, name: str) -> str:
    known = [ending for ending, kind in Image.EXTENSION.items() if kind == name]
    return random.choice([*known, ".png", ".jpg"])


def _whole(random: Random, place: Path) -> tuple[str, Any]:
    name, data = written(random)
    return f"{name} as it is", _file(random, place, data, _suffix(random, name))


def _damaged(random: Random, place: Path) -> tuple[str, Any]:
    name, data = written(random, random.choice((*READ, *sorted(Image.SAVE))))
    for _ in range(random.choice((1, 1, 3))):
        data = damaged(random, data)
    return f"{name} damaged", _file(random, place, data, _suffix(random, name))


def _read_only(random: Random, place: Path) -> tuple[str, Any]:
    name = random.choice(sorted(HEADERS))
    data = HEADERS[name] + random.randbytes(random.choice((0, 20, 3000)))
    return f"the header of {name}", _file(random, place, data, _suffix(random, name))


def _header(random: Random, place: Path) -> tuple[str, Any]:
    """Sizes, depths and payloads that promise more than there is, or that would unpack to more."""
    name = random.choice(sorted(PAYLOADS))
    return f"{name} that lies", _file(random, place, PAYLOADS[name](random), ".png")


def _giant(random: Random, place: Path) -> tuple[str, Any]:
    """A picture of one colour that truly has up to some 50 million pixels in a small file."""
    side = random.choice((3000, 7000, 7071, 7100, 20_000))
    packed, row = zlib.compressobj(1), bytes(side // 8 + 2)
    body = b"".join(packed.compress(row) for _ in range(side)) + packed.flush()
    chunks = [b"IHDR" + struct.pack(">IIBBxxx", side, side, 1, 0), b"IDAT" + body, b"IEND"]
    framed = (struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in chunks)
    return f"PNG of {side} x {side}", _file(random, place, b"\x89PNG\r\n\x1a\n" + b"".join(framed), ".png")


def _no_file(random: Random, place: Path) -> tuple[str, Any]:
    way = random.randrange(5)
    if way == 0:
        return "a folder", str(place)
    if way == 1:
        os.mkfifo(place / "pipe.png")
        return "a pipe", place / "pipe.png"
    if way == 2:
        with socket.socket(socket.AF_UNIX) as end, _inside(place):
            end.bind("socket.png")
        return "a socket", place / "socket.png"
    if way == 3:
        (place / "loop.png").symlink_to(place / "loop.png")
        return "a link to itself", str(place / "loop.png")
    return "an address", random.choice(ADDRESSES)


@contextmanager
def _inside(place: Path) -> Iterator[None]:
    """A socket's path may have 100 characters only."""
    before = Path.cwd()
    os.chdir(place)
    try:
        yield
    finally:
        os.chdir(before)


def _object(random: Random, place: Path) -> tuple[str, Any]:
    if random.random() < 0.3:
        odd: list[Any] = [5, b"\x89PNG", ["a.png"], {"path": "a.png"}, 1.5, True, BytesIO(b"x"), object()]
        return "an object that is no picture", random.choice(odd)
    picture = small(random)
    if picture.mode == "P" and random.random() < 0.5:
        picture.info["transparency"] = random.choice((0, 300, b"\0\1", "red"))
    if random.random() < 0.1:
        picture.close()
    return f"an opened picture in {picture.mode}", picture


READ = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "AVIF", "MPO")
_MAKERS = [
    (20, _whole),
    (45, _damaged),
    (10, _read_only),
    (15, _header),
    (1, _giant),
    (6, _no_file),
    (8, _object),
]
