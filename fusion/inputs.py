"""Inputs: the one place that checks and cleans the pictures and texts that a person gives."""

import hashlib
import os
import re
import stat
import struct
import unicodedata
from io import BytesIO
from pathlib import Path, PureWindowsPath

import numpy as np
from PIL import ExifTags, Image, ImageFile
from PIL.AvifImagePlugin import AvifImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.PpmImagePlugin import PpmImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from fusion.errors import UserError
from fusion.language import say

MAX_BYTES = 20_000_000  # of a picture file
MAX_PIXELS = 50_000_000  # of a picture before it is shrunk
MAX_SIDE = 2048  # pixels; a longer side is shrunk to this
MIN_SIDE = 8  # pixels
MAX_RATIO = 20  # longer side over shorter side
MAX_TEXT = 1000  # characters after cleaning
MOST_OF_ONE = 18  # characters that NFKC makes of one; it takes quadratic time over stacked accents
MAX_RAW_TEXT = 10 * MAX_TEXT

# The readers are called by name, never through Image.open: no other parser can run, and Pillow's
# warning about decompression bombs, which no thread can silence for itself alone, never fires.
_READERS: tuple[tuple[bytes, type[ImageFile.ImageFile]], ...] = (
    (rb"\x89PNG\r\n\x1a\n", PngImageFile),
    (rb"\xff\xd8\xff", JpegImageFile),  # of an MPO, its first picture
    (rb"RIFF.{4}WEBP", WebPImageFile),
    (rb"GIF8[79]a", GifImageFile),
    (rb"BM", BmpImageFile),
    (rb"II[*+]\0|MM\0[*+]", TiffImageFile),
    (rb"P[1-6f]\s", PpmImageFile),
    (rb".{4}ftyp(avi[fs]|mif1|msf1)", AvifImageFile),
)
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Drawn as nothing, though Unicode counts them as marks and letters: joiners, fillers, variation selectors.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)


def clean_picture(
    source: str | os.PathLike[str] | Image.Image | None, side: int = MAX_SIDE
) -> Image.Image | None:
    """A new RGB picture without metadata, upright, at most `side` pixels a side; None for None.

    Of an animation the first frame is taken, of an opened picture the frame it stands at. Transparency
    is laid on white, colour profiles are ignored. More than 8 bits a value become 8: whole numbers from
    the smallest of the ranges of 8, 12 and 16 bits that holds them all, fractions from 0 to 1 or
    0 to 255, and any other values from their least to their greatest.

    A picture of over MAX_BYTES or MAX_PIXELS is refused before it is decoded. Raises UserError for these,
    for a side under MIN_SIDE, for sides further apart than MAX_RATIO, and for what is no whole picture
    file in PNG, JPEG, WebP, GIF, BMP, TIFF, PPM or AVIF. Nothing is ever fetched.
    """
    if source is None:
        return None
    if isinstance(source, Image.Image):
        subject, picture = say("The picture"), source
        _check_size(picture.size, subject)
    elif isinstance(source, (str, os.PathLike)):
        subject = _subject(source)
        picture = _open(_read(source, subject), subject)
        _check_size(picture.size, subject)
        scale = max(1.0, max(picture.size) / side)
        picture.draft(None, (int(picture.width / scale), int(picture.height / scale)))
    else:
        raise UserError(say("The picture is of an unknown kind; give a picture file or an opened picture."))
    try:
        picture.load()
        turn = _turn(picture)
        picture = _eight_bits(picture)
        picture.thumbnail((side, side))
    except Exception as error:  # decoders raise anything at all over damaged data
        raise UserError(
            say("{subject} is damaged or incomplete; save it again or choose another.", subject=subject)
        ) from error
    picture = picture if turn is None else picture.transpose(turn)
    clean = Image.new("RGB", picture.size, "white")
    clean.paste(picture, mask=picture if picture.mode == "RGBA" else None)
    return clean


def clean_text(text: str | None) -> str:
    """The text in NFKC on one line, words parted by single spaces; "" for None.

    Control, format, surrogate and invisible characters are removed. Raises UserError over MAX_TEXT
    characters, counted after cleaning, or over MAX_RAW_TEXT before it, and for what is no text.
    """
    if text is None:
        return ""
    if not isinstance(text, str):
        raise UserError(say("The text is of an unknown kind; give it as plain text."))
    if len(text) <= MAX_RAW_TEXT:
        # Before NFKC, so that nothing removed stands between characters that belong together.
        seen = (c for c in text if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
        text = " ".join(unicodedata.normalize("NFKC", _INVISIBLE.sub("", "".join(seen))).split())
    if len(text) > MAX_TEXT:
        raise UserError(
            say(
                "The text has {n} characters; shorten it to {most} or fewer.",
                n=f"{len(text):,}",
                most=f"{MAX_TEXT:,}",
            )
        )
    return text


def content_key(picture_or_text: Image.Image | str) -> str:
    """SHA-256 in hex of what `clean_picture` or `clean_text` gave: equal exactly where the content is."""
    if isinstance(picture_or_text, str):
        return hashlib.sha256(b"text:" + picture_or_text.encode("utf-8", "surrogatepass")).hexdigest()
    picture = picture_or_text
    header = f"picture:{picture.mode}:{picture.width}x{picture.height}:".encode()
    return hashlib.sha256(header + picture.tobytes()).hexdigest()


def _subject(source: str | os.PathLike[str]) -> str:
    """What a sentence calls the picture: by its base name only where that looks like a file's.

    Anything else may be a text or an address given in its place, which is not to be repeated.
    """
    name = PureWindowsPath(os.fsdecode(source)).name
    named = re.fullmatch(r"[\w ,()+.-]{1,80}\.\w{1,5}", name)
    return say("The picture {name}", name=name) if named else say("The picture")


def _read(source: str | os.PathLike[str], subject: str) -> bytes:
    """The bytes of a regular file of 1 to MAX_BYTES bytes, or UserError."""
    path = Path(os.fsdecode(source))
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UserError(say("{subject} is a folder; choose a picture file.", subject=subject))
        if not stat.S_ISREG(status.st_mode):  # opening a pipe could wait for ever
            raise UserError(say("{subject} is not a file; choose a picture file.", subject=subject))
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except UserError:
        raise
    except PermissionError as error:
        raise UserError(
            say("{subject} may not be opened; change its permissions or copy it.", subject=subject)
        ) from error
    except (OSError, ValueError) as error:
        raise UserError(
            say("{subject} was not found or cannot be read; check its name and folder.", subject=subject)
        ) from error
    if not data:
        raise UserError(say("{subject} is an empty file; save it again or choose another.", subject=subject))
    if len(data) > MAX_BYTES:
        raise UserError(
            say(
                "{subject} is larger than {most} MB; save it smaller.",
                subject=subject,
                most=MAX_BYTES // 10**6,
            )
        )
    return data


def _open(data: bytes, subject: str) -> ImageFile.ImageFile:
    """The picture in a file's bytes, its header read and nothing decoded, or UserError."""
    for start, reader in _READERS:
        if re.match(start, data, re.DOTALL):
            try:
                if reader is GifImageFile:
                    _check_size(_gif_size(data), subject)
                picture = reader(BytesIO(data))
                if isinstance(picture, TiffImageFile):  # a tile is decoded whole, however small the picture
                    _check_pixels((picture.tag_v2.get(322, 0), picture.tag_v2.get(323, 0)), subject)
                return picture
            except UserError:
                raise
            except Exception:  # as above; the sentence below fits every cause
                break
    raise UserError(
        say(
            "{subject} is not a picture that can be read here; use PNG, JPEG, WebP, GIF, BMP, TIFF, PPM or "
            "AVIF.",
            subject=subject,
        )
    )


def _gif_size(data: bytes) -> tuple[int, int]:
    """The size that Pillow gives a GIF: its screen's, grown to hold the first frame.

    Read here because Pillow allocates the first frame while it reads the header.
    """
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + (6 << (flags & 7) if flags & 128 else 0)  # past the palette
    while data[at] != 0x2C:  # the first frame's descriptor
        if data[at] == 0x21:  # an extension: its kind, then blocks up to an empty one
            at += 2
            while data[at]:
                at += 1 + data[at]
        at += 1
    left, top, columns, rows = struct.unpack_from("<4H", data, at + 1)
    return max(width, left + columns), max(height, top + rows)


def _check_pixels(size: tuple[int, int], subject: str) -> None:
    width, height = size
    if width * height > MAX_PIXELS:
        most = MAX_PIXELS // 10**6
        raise UserError(
            say(
                "{subject} has {width} x {height} pixels, over {most} million; make it smaller.",
                subject=subject,
                width=width,
                height=height,
                most=most,
            )
        )


def _check_size(size: tuple[int, int], subject: str) -> None:
    _check_pixels(size, subject)
    if min(size) < MIN_SIDE:
        raise UserError(
            say(
                "{subject} is too small; each side needs at least {least} pixels.",
                subject=subject,
                least=MIN_SIDE,
            )
        )
    if max(size) > MAX_RATIO * min(size):
        raise UserError(
            say(
                "{subject} is too narrow; crop it to at most {most} times as long as wide.",
                subject=subject,
                most=MAX_RATIO,
            )
        )


def _turn(picture: Image.Image) -> Image.Transpose | None:
    """What sets a loaded picture upright, from its EXIF orientation.

    ImageOps.exif_transpose would also write the other metadata anew, and fail where they are damaged.
    """
    try:
        return _TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # damaged metadata are no reason to refuse the picture
        return None


def _eight_bits(picture: Image.Image) -> Image.Image:
    """A new picture in L, RGB or, where anything may be transparent, RGBA."""
    if picture.mode == "F" or picture.mode.startswith("I"):
        return _scaled(picture)
    if picture.mode == "LAB":
        from PIL import ImageCms  # not in every build of Pillow

        lab, rgb = (ImageCms.ImageCmsProfile(ImageCms.createProfile(name)) for name in ("LAB", "sRGB"))
        transform = ImageCms.buildTransform(lab, rgb, "LAB", "RGB")
        return transform.apply(picture)
    if picture.mode == "La":
        picture = picture.convert("LA")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _scaled(picture: Image.Image) -> Image.Image:
    """A picture in L from one in I, I;16 or F; `clean_picture` says how."""
    values = np.asarray(picture).astype(np.float32)  # (rows, columns)
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    values = np.nan_to_num(values, copy=False, nan=low, posinf=high, neginf=low)
    for full in (1, 255) if picture.mode == "F" else (255, 4095, 65535):
        if 0 <= low and high <= full:
            return Image.fromarray(np.rint(values * (255 / full)).astype(np.uint8))
    stretched = (values.astype(np.float64) - low) / (high - low or 1.0)
    return Image.fromarray(np.rint(stretched * 255).astype(np.uint8))
