import shutil
from pathlib import Path

import pytest

from fusion.clipart.read import PICTURES, SAMPLE, TABLE, _drawings, drawings, sample
from fusion.clipart.topics import topics
from fusion.errors import UserError


def test_the_sample_is_small_credited_and_of_the_test_split() -> None:
    found = sample()
    assert 200 <= len(found) <= 300
    assert {drawing.split for drawing in found} == {"test"}
    assert {drawing.topic for drawing in found} == set(topics())
    assert len({drawing.group for drawing in found}) == len(found)
    assert sum(path.stat().st_size for path in SAMPLE.iterdir()) < 1_500_000
    assert "clipart/drawings.zip" in (SAMPLE.parent / "CREDITS.csv").read_text(encoding="utf-8")


def test_every_drawing_of_the_sample_opens() -> None:
    for drawing in sample():
        picture = drawing.draw()
        assert picture.mode == "RGB" and 8 <= max(picture.size) <= 256
        assert drawing.title


def test_keys_differ_and_stay(tmp_path: Path) -> None:
    keys = [drawing.key for drawing in sample()]
    assert len(set(keys)) == len(keys)
    shutil.copytree(SAMPLE, tmp_path / "copy")
    assert [drawing.key for drawing in _drawings(tmp_path / "copy")] == keys


def test_what_is_not_built_is_told_with_the_command(pack_only: Path) -> None:
    with pytest.raises(UserError, match=r"python -m fusion\.clipart build"):
        drawings()


@pytest.mark.parametrize("name", [TABLE, PICTURES])
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"picture,title\na,b\n"])
def test_a_damaged_set_is_told_in_one_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    shutil.copytree(SAMPLE, tmp_path / "set")
    (tmp_path / "set" / name).write_bytes(content)
    with pytest.raises(UserError, match="not built or damaged"):
        _drawings(tmp_path / "set")


def test_damage_within_the_archive_is_told_in_one_sentence(tmp_path: Path) -> None:
    good = (SAMPLE / PICTURES).read_bytes()
    shutil.copytree(SAMPLE, tmp_path / "set")
    (tmp_path / "set" / PICTURES).write_bytes(good[:300] + bytes(500) + good[800:])
    with pytest.raises(UserError, match="not built or damaged"):
        _drawings(tmp_path / "set")[0].draw()
