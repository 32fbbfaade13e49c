"""Objects of scenes: which there are, with and without the photographs, and that splits share none."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from fusion.scenes.objects import LONGEST, by_names, cut_out, fetched, names_with_pictures, objects
from fusion.vocabulary import by_name
from tests.material import forget

SPLITS = ("train", "validation", "test")


def test_without_the_photographs_some_of_the_pack_validates_and_nothing_tests(pack_only: Path) -> None:
    assert not fetched()
    train, validation = objects("train"), objects("validation")
    assert len(train) > 4 * len(validation) > 0
    assert objects("test") == ()
    assert not any(item.stamp or item.domain == "photo" for item in (*train, *validation))


def test_the_pack_is_trained_on_beside_the_photographs(material: Path) -> None:
    assert fetched()
    train = objects("train")
    assert {(item.stamp, item.domain) for item in train} >= {
        (True, "photo"),
        (True, "drawing"),
        (False, "render"),
        (False, "drawing"),
    }


def test_no_picture_stands_in_two_splits(with_and_without: bool) -> None:
    counts = Counter(item.key for split in SPLITS for item in objects(split))
    assert max(counts.values()) == 1
    for split in SPLITS if with_and_without else ("train", "validation"):
        assert len({item.name for item in objects(split)}) > 20


def test_photographs_alone_are_held_back(material: Path) -> None:
    for split in ("validation", "test"):
        assert {(item.stamp, item.domain) for item in objects(split)} == {(True, "photo")}


def test_a_name_that_is_held_back_can_be_learned(material: Path) -> None:
    """From another photograph, or from ImageNet's classes."""
    taught = set(by_names("train", True))
    for split in ("validation", "test"):
        for item in objects(split):
            assert item.name in taught or by_name()[item.name].classes, item.name


def test_splits_are_the_same_each_time(material: Path) -> None:
    before = {split: objects(split) for split in SPLITS}
    forget()
    assert {split: objects(split) for split in SPLITS} == before


def test_objects_are_found_by_name_photographs_apart(material: Path) -> None:
    photos, drawn = by_names("train", True), by_names("train", False)
    for name, items in (*photos.items(), *drawn.items()):
        assert {item.name for item in items} == {name}
        assert name in by_name()
    assert {item.domain for items in photos.values() for item in items} == {"photo"}
    assert "photo" not in {item.domain for items in drawn.values() for item in items}
    assert sum(map(len, photos.values())) + sum(map(len, drawn.values())) == len(objects("train"))


@pytest.mark.parametrize("split", SPLITS)
def test_cut_outs_are_cropped_to_what_is_seen(material: Path, split: str) -> None:
    for item in objects(split)[:60]:
        picture = cut_out(item)
        alpha = np.asarray(picture)[..., 3]
        assert picture.mode == "RGBA" and max(picture.size) <= LONGEST
        for edge in (alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]):
            assert edge.max() > 0, item.key


def test_the_names_that_have_pictures_do_not_depend_on_what_is_fetched(with_and_without: bool) -> None:
    names_with_pictures.cache_clear()
    names = names_with_pictures()
    assert names <= set(by_name())
    assert {item.name for split in SPLITS for item in objects(split)} <= names
    assert len(names) > len({item.name for item in objects("train") if not item.stamp})


def test_one_picture_under_two_names_is_not_validated_with(material: Path) -> None:
    """Whatever its file is called, what is trained on or tested with is not in validation."""
    twin, taken = objects("validation")[0], objects("test")[0]
    before = {split: objects(split) for split in SPLITS}
    folder = material / "tuxpaint"
    (folder / twin.file).write_bytes((folder / taken.file).read_bytes())
    forget()
    assert objects("validation") == before["validation"][1:]
    assert objects("train") == before["train"] and objects("test") == before["test"]
