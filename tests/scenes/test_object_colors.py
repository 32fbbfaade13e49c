"""Colours of objects: by hand where a measure and people differ."""

import csv
from pathlib import Path

import pytest
from PIL import Image

from fusion.colors import COLORS
from fusion.pack import read
from fusion.scenes import object_colors
from fusion.scenes.object_colors import measured_color, object_color, turned
from fusion.scenes.objects import STAMPS, objects
from fusion.scenes.scene import Scene


def rows() -> list[dict[str, str]]:
    with object_colors.FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_is_of_a_cut_out_once() -> None:
    with STAMPS.open(encoding="utf-8", newline="") as file:
        files = {row["file"] for row in csv.DictReader(file)} | {item.file for item in read.objects()}
    assert len({(row["file"], row["hue"]) for row in rows()}) == len(rows())
    for row in rows():
        assert row["file"] in files and row["color"] in (*COLORS, "") and int(row["hue"]) % 40 == 0, row


@pytest.mark.parametrize(
    ("file", "color"),
    [
        ("vehicles/emergency/firetruck.png", "red"),
        ("plants/flowers/daffodil.png", "yellow"),
        ("animals/mammals/equines/zebra.png", ""),
    ],
)
def test_hands_win(material: Path, file: str, color: str) -> None:
    (item,) = (
        item for split in ("train", "validation", "test") for item in objects(split) if item.file == file
    )
    assert object_color(item, 0) == color
    assert object_color(item, 80) == "", "what was measured wrongly is not trusted when turned"


def test_what_no_hand_has_put_right_is_measured(material: Path) -> None:
    by_hand = {row["file"] for row in rows()}
    seen = [item for item in objects("train") if item.stamp and item.file not in by_hand]
    assert {object_color(item, 0) for item in seen} != {""}
    for item in seen[:30]:
        for hue in (0, 40):
            assert object_color(item, hue) == measured_color(item, hue)


def test_the_key_of_a_scene_does_not_hang_on_what_hands_say(
    material: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pictures that were encoded stay valid."""
    keys = [Scene("train", index).key for index in range(40)]
    monkeypatch.setattr(object_colors, "_by_hand", dict)
    assert [Scene("train", index).key for index in range(40)] == keys


def test_hues_are_turned_and_what_is_clear_stays_clear() -> None:
    picture = Image.new("RGBA", (2, 1), (255, 0, 0, 255))
    picture.putpixel((1, 0), (255, 0, 0, 0))
    made = turned(picture, 120)
    red, green, blue, alpha = made.getpixel((0, 0))  # type: ignore[misc]
    assert green > 250 > 5 >= red and blue <= 5 and alpha == 255
    assert made.getpixel((1, 0))[3] == 0  # type: ignore[index]
    assert turned(picture, 0) is picture
