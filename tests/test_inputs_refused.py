"""What is no picture, or too much of one, is refused in one sentence."""

import os
import re
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fusion import inputs
from fusion.errors import UserError
from fusion.inputs import clean_text
from tests.pictures import SUFFIXES, clean, halves, is_halves, png, refusal

pytestmark = pytest.mark.filterwarnings("error::PIL.Image.DecompressionBombWarning")


def gif(screen: int, frame: int) -> bytes:
    """A GIF file without pixels, whose first frame is disposed of to the background."""
    head = b"GIF89a" + struct.pack("<HH", screen, screen) + b"\x80\0\0" + bytes(6) + b"!\xf9\4\x08\0\0\0\0"
    return head + b"!\xfe\2hi\0," + struct.pack("<4HB", 0, 0, frame, frame, 0) + b"\2\0;"


def tiff(tile: int) -> bytes:
    """A TIFF file of 32 x 32 pixels in one square tile that holds none."""
    tags = {256: 32, 257: 32, 258: 8, 259: 8, 262: 1, 277: 1, 322: tile, 323: tile, 324: 8, 325: 99}
    entries = (struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    return struct.pack("<4sIH", b"II*", 8, len(tags)) + b"".join(entries) + bytes(4)


BMP = b"BM" + struct.pack("<IIIIiiHH24x", 54, 0, 54, 40, 60000, 60000, 1, 24)
# Of 10000 x 10000 pixels Pillow itself would only warn; a GIF grows to hold its first frame.
BOMBS = [png(60000, 60000), png(10000, 10000), gif(10000, 10000), gif(8, 10000), BMP, b"P6 60000 60000 255\n"]


@pytest.mark.parametrize("data", [*BOMBS, tiff(40000)], ids=range(7))
def test_bomb_is_refused_undecoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    for _, reader in inputs._READERS:
        monkeypatch.setattr(reader, "load", lambda self: pytest.exit("decoded"))
    (tmp_path / "a.png").write_bytes(data)
    sentence = r"The picture a.png has \d0000 x \d0000 pixels, over 50 million; make it smaller."
    assert re.fullmatch(sentence, refusal(tmp_path / "a.png"))


def test_large_file_is_refused(tmp_path: Path) -> None:
    halves().save(tmp_path / "a.png")
    os.truncate(tmp_path / "a.png", inputs.MAX_BYTES)
    assert is_halves(clean(tmp_path / "a.png"))
    os.truncate(tmp_path / "a.png", inputs.MAX_BYTES + 1)
    assert refusal(tmp_path / "a.png") == "The picture a.png is larger than 20 MB; save it smaller."


def test_senseless_sizes() -> None:
    for size, reason in (
        ((7, 9), "small"),
        ((0, 0), "small"),
        ((8, 161), "narrow"),
        ((8000, 8000), "million"),
    ):
        assert reason in refusal(Image.new("1", size))
    assert clean(Image.new("RGB", (8, 160))).size == (8, 160)


@pytest.mark.filterwarnings("ignore::UserWarning")  # of Pillow, over the tags of a broken TIFF
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_truncated_and_broken_files(tmp_path: Path, suffix: str) -> None:
    path, random = tmp_path / f"a.{suffix}", np.random.default_rng(0)
    Image.fromarray(random.integers(0, 256, (64, 64, 3), np.uint8)).save(path)
    whole = np.frombuffer(path.read_bytes(), np.uint8)
    for share in (0.02, 0.5, 0.9):
        path.write_bytes(whole[: int(len(whole) * share)].tobytes())
        assert re.search("damaged|not a picture", refusal(path))
    for _ in range(20):
        broken = whole.copy()
        broken[random.integers(0, 300, 4)] = random.integers(0, 256, 4)
        path.write_bytes(broken.tobytes())
        try:
            clean(path)
        except UserError:
            pass


def test_no_picture_in_the_file(tmp_path: Path) -> None:
    for data in (
        b"A text, not a picture.",
        b"BMW",
        b"P1 is a text",
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        b"%PDF-1.7\n",
    ):
        (tmp_path / "a.png").write_bytes(data)
        assert refusal(tmp_path / "a.png").startswith("The picture a.png is not a picture that can be read")
    for suffix in ("ico", "tga", "jp2", "pcx", "sgi", "eps"):
        halves().save(tmp_path / f"a.{suffix}")
        assert "not a picture" in refusal(tmp_path / f"a.{suffix}")


def test_places_that_are_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty.png").touch()
    assert refusal(tmp_path / "empty.png").startswith("The picture empty.png is an empty file")
    assert refusal(tmp_path / "none.png").startswith("The picture none.png was not found")
    assert "folder" in refusal(tmp_path)
    assert "not found" in refusal(tmp_path / "a\0.png") and "not found" in refusal("x" * 5000)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.png")
        assert "not a file" in refusal(tmp_path / "pipe.png")
    for failure, word in ((PermissionError(13, "no"), "permissions"), (OSError(5, "no"), "cannot be read")):
        monkeypatch.setattr(Path, "open", lambda *_, failure=failure: (_ for _ in ()).throw(failure))
        assert word in refusal(tmp_path / "empty.png")


def test_what_may_be_private_is_not_repeated() -> None:
    web = "https://me:secret@example.com", "https://example.com/cat.png?key=secret"
    for source in (*web, "Is this a secret?", "secret\ud800.png", "/home/secret/a.png", r"C:\secret\a.png"):
        sentence = refusal(source)
        assert "not found" in sentence and "secret" not in sentence and "http" not in sentence


def test_wrong_kinds() -> None:
    for source in (3, bytearray(b"a.png"), [[0]], True):
        assert "unknown kind" in refusal(source)
        with pytest.raises(UserError, match=r"^The text is of an unknown kind"):
            clean_text(source)  # type: ignore[arg-type]
