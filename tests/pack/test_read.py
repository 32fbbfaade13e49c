from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fusion.colors import COLORS
from fusion.errors import UserError
from fusion.pack import background, backgrounds, objects, picture, read
from fusion.vocabulary import by_name


def test_every_object_opens_small_and_cut_out() -> None:
    for item in objects():
        image = picture(item.file)
        alpha = np.asarray(image)[..., 3]
        assert image.mode == "RGBA" and max(image.size) <= 128, item.file
        assert alpha.min() < 128 <= alpha.max(), item.file


def test_objects_are_named_from_the_vocabulary() -> None:
    assert {item.name for item in objects()} <= set(by_name())


def test_objects_are_what_the_table_may_say() -> None:
    items = objects()
    assert len({item.file for item in items}) == len(items) >= 1_000
    assert {item.domain for item in items} == {"render", "drawing"}
    assert {color for item in items for color in item.colors} <= set(COLORS)
    assert all(item.source for item in items)


def test_backgrounds_open() -> None:
    assert backgrounds()
    for file in backgrounds():
        image = background(file)
        assert image.mode == "RGB" and image.size == (256, 256)


def test_pack_stays_small() -> None:
    assert sum(path.stat().st_size for path in read.FOLDER.iterdir()) < 8_000_000


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(read, "FOLDER", tmp_path)
    return tmp_path


@pytest.mark.parametrize("ask", [objects, backgrounds, lambda: picture("a"), lambda: background("a")])
def test_missing_pack_is_said_in_one_sentence(folder: Path, ask: Callable[[], object]) -> None:
    with pytest.raises(UserError, match="missing or damaged"):
        ask()


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 cut off"])
def test_damaged_zip_is_said_in_one_sentence(folder: Path, content: bytes) -> None:
    (folder / "objects.zip").write_bytes(content)
    with pytest.raises(UserError, match="missing or damaged"):
        picture("a")


def test_damage_within_the_zip_is_said_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = objects()[0].file  # the first in the zip too
    good = (read.FOLDER / "objects.zip").read_bytes()
    (tmp_path / "objects.zip").write_bytes(good[:100] + bytes(500) + good[600:])
    monkeypatch.setattr(read, "FOLDER", tmp_path)
    with pytest.raises(UserError, match="missing or damaged"):
        picture(file)


def test_damaged_table_is_said_in_one_sentence(folder: Path) -> None:
    (folder / "objects.csv").write_text("file,name\na,b\n", encoding="utf-8")
    with pytest.raises(UserError, match="missing or damaged"):
        objects()


def test_colors_are_read_as_a_tuple(folder: Path) -> None:
    rows = "file,name,domain,colors,source\na.webp,apple,render,red;green,s\nb.webp,pear,drawing,,s\n"
    (folder / "objects.csv").write_text(rows, encoding="utf-8")
    assert [item.colors for item in objects()] == [("red", "green"), ()]


def test_pictures_are_independent_copies() -> None:
    file = objects()[0].file
    first = picture(file)
    first.paste((0, 0, 0, 0), (0, 0, *first.size))
    assert isinstance(first, Image.Image) and np.asarray(picture(file))[..., 3].max() == 255
