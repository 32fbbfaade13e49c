"""Pictures inside an address, so that a page or a file needs no other for them."""

import base64
import binascii
import re
from io import BytesIO

from PIL import Image

from fusion.errors import UserError
from fusion.inputs import MAX_BYTES, clean_picture
from fusion.language import say

_START = re.compile(r"data:image/[\w.+-]{1,40};base64,")


def webp(picture: Image.Image, side: int, quality: int = 80) -> bytes:
    """A WebP file of an RGB picture, at most `side` pixels a side. quality: 0 to 100."""
    small = picture.copy()
    small.thumbnail((side, side))
    file = BytesIO()
    small.save(file, "WEBP", quality=quality, method=4)
    return file.getvalue()


def webp_url(data: bytes) -> str:
    """The address that holds a WebP file."""
    return f"data:image/webp;base64,{base64.b64encode(data).decode()}"


def picture_in(address: str) -> Image.Image | None:
    """The cleaned picture that a data URL holds; None for an empty one.

    Raises UserError for any other address, which is neither read nor fetched, and what
    `fusion.inputs.clean_picture` raises.
    """
    if not address:
        return None
    start = _START.match(address)
    if start is None:
        raise UserError(
            say(
                "Give the picture itself, as data:image/png;base64,… or another picture format; files and "
                "addresses are not read here."
            )
        )
    try:
        data = base64.b64decode(address[start.end() :], validate=True)
    except (binascii.Error, ValueError) as error:
        raise UserError(say("The picture's base64 is damaged; encode the file again.")) from error
    if len(data) > MAX_BYTES:
        raise UserError(say("The picture is larger than {mb} MB; save it smaller.", mb=MAX_BYTES // 10**6))
    return clean_picture(data)
