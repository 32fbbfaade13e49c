"""Pictures inside addresses."""

import base64
from pathlib import Path

import pytest
from PIL import Image

from fusion.data_url import picture_in, webp, webp_url
from fusion.errors import UserError
from fusion.inputs import clean_picture
from fusion.paths import ASSETS

CIRCLE = ASSETS / "examples" / "yellow-circle.png"


def test_the_picture_in_an_address_is_the_picture_of_its_file() -> None:
    address = f"data:image/png;base64,{base64.b64encode(CIRCLE.read_bytes()).decode()}"
    found, wanted = picture_in(address), clean_picture(CIRCLE)
    assert found is not None and wanted is not None and found.tobytes() == wanted.tobytes()
    assert picture_in("") is None


def test_a_copy_keeps_its_proportions_and_its_bound(drawing: Image.Image) -> None:
    wide = drawing.resize((800, 200))
    copied = picture_in(webp_url(webp(wide, 320)))
    assert copied is not None and copied.size == (320, 80)


@pytest.mark.parametrize(
    "address", ["/etc/passwd", "http://a.example/b.png", "file:///etc/passwd", "data:text/html,hello"]
)
def test_no_other_address_is_opened(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "open", None)
    with pytest.raises(UserError, match="not read here"):
        picture_in(address)


@pytest.mark.parametrize("data", ["", "====", "AAAA", "a b", "é"])
def test_what_is_no_picture_is_told(data: str) -> None:
    with pytest.raises(UserError, match=r"damaged|not a picture"):
        picture_in(f"data:image/png;base64,{data}")
