"""Pictures on their way to and from the browser, as data and never as files."""

import base64
import time
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from threading import Timer

from gradio.utils import get_upload_folder
from PIL import Image

KEPT_SECONDS = 30.0  # of an uploaded file, once it was read
LONGEST = 960  # pixels of a picture on the page
SHORTEST = 320  # a smaller one is enlarged by a whole number, so that its pixels stay crisp


def preview(picture: Image.Image, longest: int = LONGEST) -> str:
    """A cleaned picture as a data URL in a size fit for the page, of at most `longest` pixels a side."""
    factor = SHORTEST // min(picture.size)
    if factor > 1 and max(picture.size) * factor <= longest:
        larger = (picture.width * factor, picture.height * factor)
        return data_url(picture.resize(larger, Image.Resampling.NEAREST), lossless=True)
    shown = picture.copy()
    shown.thumbnail((longest, longest))
    return data_url(shown)


def data_url(picture: Image.Image, lossless: bool = False) -> str:
    """The whole picture inside an address: JPEG, or WebP where nothing may be lost."""
    file = BytesIO()
    if lossless:
        picture.save(file, "WEBP", lossless=True, exact=True, quality=20, method=0)
    else:
        picture.save(file, "JPEG", quality=88)
    kind = "webp" if lossless else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(file.getvalue()).decode()}"


def forget(path: str | None) -> None:
    """Delete an uploaded file a while after it was read; anything outside the folder for uploads stays.

    Not at once: the browser may still fetch it, and whoever uploads the same picture shares the file. One
    uploaded again since is left to its own reader.
    """
    if path is None:
        return
    file, uploads = Path(path).resolve(), Path(get_upload_folder()).resolve()
    if uploads not in file.parents:
        return
    read = time.time()

    def delete() -> None:
        with suppress(FileNotFoundError):
            if file.stat().st_ctime <= read:
                file.unlink()

    timer = Timer(KEPT_SECONDS, delete)
    timer.daemon = True  # at its end the server deletes what is left
    timer.start()
