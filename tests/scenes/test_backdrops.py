"""Backdrops: of any size, the same each time, a photograph in one split alone."""

import random
from pathlib import Path

import numpy as np
import pytest

from fusion.scenes import backdrops
from fusion.scenes.backdrops import backdrop


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_they_fill_the_picture_and_repeat(with_and_without: bool, split: str) -> None:
    for seed in range(40):
        picture = backdrop(random.Random(seed), (72, 48), split)
        assert (picture.mode, picture.size) == ("RGB", (72, 48))
        again = backdrop(random.Random(seed), (72, 48), split)
        assert np.array_equal(np.asarray(picture), np.asarray(again))


def test_photographs_and_textures_are_of_one_split_alone(material: Path) -> None:
    for train, test in (backdrops._corners(), backdrops._textures()):
        assert train and test
    train, test = ({file for file, _ in part} for part in backdrops._corners())
    assert not train & test
    assert not set(backdrops._textures()[0]) & set(backdrops._textures()[1])


def test_corners_lie_within_the_photographs(material: Path) -> None:
    for part in backdrops._corners():
        for file, (left, top, right, bottom) in part:
            assert 0 <= left < right <= 120 and 0 <= top < bottom <= 120, file


def test_without_the_photographs_there_are_plain_ones(pack_only: Path) -> None:
    assert backdrops._corners() == ([], [])
