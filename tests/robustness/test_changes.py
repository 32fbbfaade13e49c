"""Spoiled pictures and words: nothing at level 0, the same each time, more with the level."""

import numpy as np
import pytest
from PIL import Image

from fusion.errors import UserError
from fusion.robustness.changes import PICTURE, TEXT, Change, changed_picture, changed_text

QUESTION = "is there a small red circle in the picture ?"
LEVELS = [(kind.name, level) for kind in PICTURE.values() for level in kind.levels if not kind.takes_all]


def away(picture: Image.Image, other: Image.Image) -> float:
    """Mean distance of the values, from 0 to 255."""
    return float(np.abs(np.asarray(picture, float) - np.asarray(other, float)).mean())


@pytest.mark.parametrize("name", [*PICTURE, ""])
def test_a_picture_at_level_0_is_the_same_picture(drawing: Image.Image, name: str) -> None:
    assert changed_picture(drawing, Change(name, 0.0), seed=3) is drawing


@pytest.mark.parametrize("name", [*TEXT, ""])
def test_a_text_at_level_0_is_the_same_text(name: str) -> None:
    assert changed_text(QUESTION, Change(name, 0.0), seed=3) == QUESTION


@pytest.mark.parametrize(("name", "level"), LEVELS)
def test_a_picture_keeps_its_size_and_repeats(drawing: Image.Image, name: str, level: float) -> None:
    before = drawing.tobytes()
    changed = changed_picture(drawing, Change(name, level), seed=3)
    again = changed_picture(drawing.copy(), Change(name, level), seed=3)
    assert changed is not None and again is not None
    assert (changed.size, changed.mode) == (drawing.size, "RGB")
    assert changed.tobytes() == again.tobytes() != before
    assert drawing.tobytes() == before, "the picture that was given stays as it is"


@pytest.mark.parametrize("name", ["blur", "noise"])
def test_a_higher_level_is_further_away(drawing: Image.Image, name: str) -> None:
    changed = [changed_picture(drawing, Change(name, level)) for level in PICTURE[name].levels]
    distances = [away(drawing, picture) for picture in changed if picture is not None]
    assert distances == sorted(distances) and len(set(distances)) == len(distances)


def test_blur_is_by_the_pictures_own_size_and_keeps_its_mean(drawing: Image.Image) -> None:
    large = drawing.resize((640, 640), Image.Resampling.BICUBIC)
    small, enlarged = (changed_picture(p, Change("blur", 0.08)) for p in (drawing, large))
    assert small is not None and enlarged is not None
    assert away(small, enlarged.resize(small.size, Image.Resampling.BOX)) < 3
    assert np.asarray(small, float).mean() == pytest.approx(np.asarray(drawing, float).mean(), abs=1)


def test_grey_has_no_colour_and_keeps_its_luma(drawing: Image.Image) -> None:
    grey = changed_picture(drawing, Change("grey", 1.0))
    assert grey is not None
    values = np.asarray(grey).astype(int)
    assert np.ptp(values, axis=2).max() == 0
    assert away(grey, drawing.convert("L").convert("RGB")) < 1


def test_noise_is_as_wide_as_its_level_and_another_with_another_seed() -> None:
    plain = Image.new("RGB", (80, 80), (128, 128, 128))
    noisy, other = (changed_picture(plain, Change("noise", 0.1), seed) for seed in (0, 1))
    assert noisy is not None and other is not None
    assert np.asarray(noisy, float).std() == pytest.approx(25.5, rel=0.05)
    assert noisy.tobytes() != other.tobytes()


def test_words_that_a_low_level_drops_a_higher_one_drops_too() -> None:
    words = QUESTION.split()
    left = [changed_text(QUESTION, Change("drop-words", x), seed=2).split() for x in (0.25, 0.5, 0.75)]
    assert [len(one) for one in left] == [len(words) - round(x * len(words)) for x in (0.25, 0.5, 0.75)]
    for more, fewer in zip([words, *left], left, strict=False):
        rest = iter(more)
        assert all(word in rest for word in fewer), "in their order"


def test_shuffled_words_are_the_same_ones_in_another_order() -> None:
    for seed in range(20):
        shuffled = changed_text("a red circle", Change("shuffle-words", 1.0), seed)
        assert sorted(shuffled.split()) == ["a", "circle", "red"] and shuffled != "a red circle"
    assert changed_text("circle", Change("shuffle-words", 1.0)) == "circle"
    assert len({changed_text(QUESTION, Change("shuffle-words", 1.0), seed) for seed in range(5)}) == 5


def test_what_is_missing_is_none(drawing: Image.Image) -> None:
    assert changed_picture(drawing, Change("no-picture", 1.0)) is None
    assert changed_text(QUESTION, Change("no-text", 1.0)) == ""


@pytest.mark.parametrize("change", [Change("sorcery", 0.5), Change("blur", 0.5), Change("blur", -0.1)])
def test_a_change_that_there_is_not_is_one_sentence(drawing: Image.Image, change: Change) -> None:
    with pytest.raises(UserError, match=r"^(There is no change|The level of blur) .*\.$"):
        changed_picture(drawing, change)


def test_a_change_is_told_in_words() -> None:
    assert Change("blur", 0.04).told == "blurred with a radius of 4 % of its shorter side"
    assert Change("drop-words", 0.5).told == "50 % dropped"
    assert Change("blur", 0.0).told == Change().told == "as given"
