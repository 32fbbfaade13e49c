"""Pictures on their way to the browser and off the disk."""

import base64
import time
from io import BytesIO
from pathlib import Path

import pytest
from gradio.utils import get_upload_folder
from PIL import Image, ImageChops

from fusion.ui import pictures
from fusion.ui.pictures import data_url, forget, preview


def opened(address: str) -> Image.Image:
    return Image.open(BytesIO(base64.b64decode(address.partition(",")[2])))


def test_a_lossless_address_keeps_every_pixel_even_where_it_is_transparent() -> None:
    pixels = Image.frombytes("RGBA", (16, 4), bytes(range(256)))
    assert opened(data_url(pixels, lossless=True)).tobytes() == pixels.tobytes()


@pytest.mark.parametrize(
    ("size", "shown"), [((64, 64), (320, 320)), ((3000, 1500), (960, 480)), ((400, 300), (400, 300))]
)
def test_a_preview_keeps_the_proportions(size: tuple[int, int], shown: tuple[int, int]) -> None:
    assert opened(preview(Image.new("RGB", size, "teal"))).size == shown


def test_a_small_picture_is_enlarged_without_blur() -> None:
    small = Image.new("RGB", (64, 64), "white")
    small.putpixel((10, 20), (255, 0, 0))
    large = opened(preview(small)).convert("RGB")
    assert ImageChops.difference(large.resize((64, 64), Image.Resampling.NEAREST), small).getbbox() is None
    assert {colour for _, colour in large.getcolors() or []} == {(255, 255, 255), (255, 0, 0)}


def wait_for(gone: Path) -> None:
    for _ in range(300):
        if not gone.exists():
            return
        time.sleep(0.1)


def test_only_an_upload_is_deleted_and_not_one_that_came_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "KEPT_SECONDS", 0.5)
    uploads = Path(get_upload_folder()) / "test"
    uploads.mkdir(parents=True, exist_ok=True)
    read, anew, other = uploads / "read.txt", uploads / "anew.txt", tmp_path / "other.txt"
    for file in (read, anew, other):
        file.write_text("x")
    for file in (anew, other, read):
        forget(str(file))
    draft = uploads / "draft.txt"
    draft.write_text("y")
    draft.replace(anew)
    wait_for(gone=read)
    assert not read.exists()
    assert anew.read_text() == "y"
    assert other.exists()
    forget(None)
