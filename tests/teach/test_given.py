"""What a person may give, and the sentence where they may not."""

from pathlib import Path

import pytest
from PIL import Image

from fusion.errors import UserError
from fusion.teach.given import MAX_EXAMPLES, MAX_NAME, read

PICTURE = Image.new("RGB", (16, 16), "teal")


def test_pictures_texts_and_both_are_read() -> None:
    shots, problems = read({" a  b ": [PICTURE, (PICTURE, "x\ty"), (None, "z")], "c": [(None, "w")]})
    assert [shot.label for shot in shots] == ["a b"] * 3 + ["c"]
    assert [shot.text for shot in shots] == ["", "x y", "z", "w"]
    assert [shot.picture is not None for shot in shots] == [True, True, False, False]
    assert problems == ()


def test_an_unreadable_picture_among_good_ones_is_left_aside_by_name(tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_text("no picture")
    shots, problems = read({"a": [PICTURE, broken], "b": [PICTURE]})
    assert [shot.label for shot in shots] == ["a", "b"]
    assert len(problems) == 1 and "broken.png" in problems[0]
    with pytest.raises(UserError, match=r"Give a a picture.*broken\.png"):
        read({"a": [broken], "b": [PICTURE]})


def test_more_than_may_be_given_is_left_aside() -> None:
    shots, problems = read({"a": [PICTURE] * (MAX_EXAMPLES + 1), "b": [PICTURE]})
    assert len(shots) == MAX_EXAMPLES + 1
    assert "17" in problems[0]


@pytest.mark.parametrize(
    ("examples", "words"),
    [
        ({"a": [PICTURE]}, "from 2 to"),
        ({}, "from 2 to"),
        ({"a": [PICTURE], "b": []}, "Give b a picture"),
        ({"a": [PICTURE], "b": [(None, " ")]}, "Give b a picture"),
        ({"a": [PICTURE], " A ": [PICTURE]}, "Two classes are named"),
        ({"a": [PICTURE], "": [PICTURE]}, "needs a name"),
        ({"a": [PICTURE], "b" * (MAX_NAME + 1): [PICTURE]}, "up to 60"),
    ],
)
def test_what_cannot_be_taught_is_told_in_one_sentence(examples: dict, words: str) -> None:
    with pytest.raises(UserError, match=words):
        read(examples)
