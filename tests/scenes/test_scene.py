"""Scenes: the same each time, their objects where they are said to be, each in its own place."""

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fusion.colors import COLORS, dominant_colors
from fusion.scenes import scene as module
from fusion.scenes.objects import objects
from fusion.scenes.scene import COUNTS, OVERLAP, PAINTED, SIZES, Placed, Scene, portrait
from fusion.vocabulary import by_name
from tests.material import forget


def scenes(n: int, fetched: bool) -> Iterator[Scene]:
    """Some of every split that there is, drawn and imagined ones."""
    for split in ("train", "validation", "test") if fetched else ("train", "validation"):
        yield from (Scene(split, i) for i in range(n))
    yield from (Scene("train", i, imagined=True) for i in range(n))


def with_placed(scene: Scene, placed: tuple[Placed, ...]) -> Scene:
    """The scene with other objects."""
    made = replace(scene)
    made.__dict__["placed"] = placed
    return made


def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but the objects, on white, as they are pasted."""
    monkeypatch.setattr(module, "backdrop", lambda random_, size, split: Image.new("RGB", size, "white"))
    monkeypatch.setattr(module, "photographed", lambda picture, random_: picture)


def test_a_scene_is_the_same_each_time(with_and_without: bool) -> None:
    first = [(s.key, s.size, s.placed, s.draw().tobytes()) for s in scenes(3, with_and_without)]
    forget()
    assert [(s.key, s.size, s.placed, s.draw().tobytes()) for s in scenes(3, with_and_without)] == first


def test_every_scene_has_a_key_of_its_own(with_and_without: bool) -> None:
    keys = [scene.key for scene in scenes(60, with_and_without)]
    assert len(set(keys)) == len(keys)


def test_the_key_changes_with_what_is_drawn(with_and_without: bool) -> None:
    scene = Scene("train", 1)
    thing = scene.placed[0]
    assert thing.item is not None
    other = next(item for item in objects("train") if item != thing.item)
    changed = [
        replace(thing, box=(0.0, 0.0, 0.5, 0.5)),
        replace(thing, hue=thing.hue + 40),
        replace(thing, mirrored=not thing.mirrored),
        replace(thing, item=other),
        replace(thing, name="another"),
    ]
    keys = {with_placed(scene, (thing, *scene.placed[1:])).key for thing in changed}
    assert len(keys | {scene.key, with_placed(scene, scene.placed[1:]).key}) == len(changed) + 2


def test_boxes_lie_within_the_picture_and_hardly_overlap(with_and_without: bool) -> None:
    for scene in scenes(80, with_and_without):
        assert 1 <= len(scene.placed) <= max(COUNTS)
        assert scene.size in SIZES
        for placed in scene.placed:
            left, top, right, bottom = placed.box
            assert 0 <= left < right <= 1 and 0 <= top < bottom <= 1, scene.key
            assert placed.area == pytest.approx((right - left) * (bottom - top))
        for a, b in combinations(scene.placed, 2):
            wide = max(0.0, min(a.box[2], b.box[2]) - max(a.box[0], b.box[0]))
            high = max(0.0, min(a.box[3], b.box[3]) - max(a.box[1], b.box[1]))
            assert wide * high <= OVERLAP * min(a.area, b.area) + 1e-9, scene.key


def test_objects_are_of_the_split_and_in_their_own_proportions(with_and_without: bool) -> None:
    for scene in scenes(40, with_and_without):
        if scene.imagined:
            continue
        for placed in scene.placed:
            assert placed.item in objects(scene.split)
            assert placed.item is not None and placed.name == placed.item.name
            width = (placed.box[2] - placed.box[0]) * scene.size[0]
            height = (placed.box[3] - placed.box[1]) * scene.size[1]
            own = module.cut_out(placed.item).size
            if max(placed.box) < 1:
                assert width / height == pytest.approx(own[0] / own[1], rel=1e-6)


def test_scenes_show_one_thing_or_several_and_now_and_then_of_one_name(with_and_without: bool) -> None:
    counts = [len(Scene("train", i).placed) for i in range(200)]
    assert set(counts) == set(COUNTS)
    many = [scene.placed for scene in scenes(200, False) if len(scene.placed) > 2 and not scene.imagined]
    alike = sum(len({placed.name for placed in things}) == 1 for things in many) / len(many)
    assert 0.4 < alike < 0.8


def test_photographs_alone_are_tested_on(material: Path) -> None:
    train = {p.item.domain for i in range(100) for p in Scene("train", i).placed if p.item}
    test = {p.item.domain for i in range(100) for p in Scene("test", i).placed if p.item}
    assert "photo" in train and len(train) > 1
    assert test == {"photo"}


def test_what_is_drawn_lies_in_the_boxes(with_and_without: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    plain(monkeypatch)
    for index in range(12):
        scene = Scene("train", index)
        drawn = (np.asarray(scene.draw()) != 255).any(2)  # (rows, columns)
        assert drawn.shape == scene.size[::-1]
        outside = drawn.copy()
        for placed in scene.placed:
            left, top, right, bottom = (
                round(share * side) for share, side in zip(placed.box, scene.size * 2, strict=True)
            )
            assert drawn[top:bottom, left:right].any(), scene.key
            outside[top:bottom, left:right] = False
        assert not outside.any(), scene.key


def test_a_mirrored_thing_is_drawn_mirrored(material: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain(monkeypatch)
    half = Image.new("RGBA", (40, 40))
    half.paste((0, 0, 0, 255), (0, 0, 20, 40))  # its left half
    monkeypatch.setattr(module, "cut_out", lambda item: half)
    thing = Placed("dog", (0.25, 0.25, 0.75, 0.75), "", objects("train")[0])
    for mirrored, (dark, bright) in ((False, (0.4, 0.6)), (True, (0.6, 0.4))):
        scene = with_placed(Scene("train", 0), (replace(thing, mirrored=mirrored),))
        picture = scene.draw()
        width, height = picture.size
        assert picture.getpixel((round(dark * width), height // 2)) == (0, 0, 0)
        assert picture.getpixel((round(bright * width), height // 2)) == (255, 255, 255)


def test_things_that_come_in_any_colour_are_turned_and_told_in_the_new_one(
    material: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain(monkeypatch)
    turned = [
        (scene, placed)
        for scene in (Scene("train", i) for i in range(300))
        for placed in scene.placed
        if placed.hue
    ]
    assert turned
    assert {by_name()[placed.name].category for _, placed in turned} <= set(PAINTED)
    checked = 0
    for scene, placed in turned:
        if placed.color and placed.item is not None and placed.item.stamp and len(scene.placed) == 1:
            middle = scene.draw().crop(_around(placed, scene.size)).convert("RGBA")
            assert dominant_colors(middle)[0] == placed.color, scene.key
            checked += 1
    assert checked


def _around(placed: Placed, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Pixels in the middle of a placed thing."""
    x, y = placed.centre[0] * size[0], placed.centre[1] * size[1]
    return round(x) - 4, round(y) - 4, round(x) + 4, round(y) + 4


def test_imagined_things_are_known_to_imagenet_and_stand_there_as_shapes(with_and_without: bool) -> None:
    for index in range(60):
        scene = Scene("train", index, imagined=True)
        assert 1 <= len(scene.placed) <= 3
        assert len({placed.name for placed in scene.placed}) == len(scene.placed)
        for placed in scene.placed:
            assert by_name()[placed.name].classes
            assert placed.item is None and placed.color in COLORS


@pytest.mark.parametrize("color", COLORS)
def test_an_imagined_thing_has_its_colour(pack_only: Path, color: str) -> None:
    placed = Placed("dog", (0.2, 0.2, 0.8, 0.8), color)
    told = []
    for index in range(8):
        scene = with_placed(Scene("train", index, imagined=True), (placed,))
        middle = scene.draw().crop(_around(placed, scene.size)).convert("RGBA")
        told.append(color in dominant_colors(middle))
    assert sum(told) >= 5


def test_a_portrait_is_one_object_on_a_backdrop(
    with_and_without: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = objects("train")[0]
    first, again = (portrait(item, random.Random(5), (96, 96)) for _ in range(2))
    assert (first.mode, first.size) == ("RGB", (96, 96))
    assert first.tobytes() == again.tobytes()
    plain(monkeypatch)
    for seed in range(20):
        assert (np.asarray(portrait(item, random.Random(seed), (96, 64))) != 255).any()
