"""What a visitor teaches: changed step by step, and nothing lost where a step is refused."""

from pathlib import Path

import pytest
from PIL import Image

from fusion.errors import UserError
from fusion.paths import ASSETS
from fusion.teach import MAX_EXAMPLES
from fusion.ui.teach.lesson import KEPT, MAX_ROWS, Lesson, example, given

CAT = str(ASSETS / "photos" / "cat.jpg")


def test_it_begins_with_two_classes_and_says_what_is_missing() -> None:
    lesson = Lesson()
    first, second = lesson.rows
    assert "two classes" in lesson.missing()
    lesson.put(first.id, [given(CAT, "cat.jpg")])
    assert lesson.missing() == "Name class 1."
    lesson.rename(first.id, " a  cat ")
    lesson.rename(second.id, "others")
    assert lesson.missing() == "Give others a picture or a text to learn from."
    lesson.write(second.id, "anything else")
    assert lesson.missing() == ""
    labels, shots = lesson.usable()
    assert labels == ["a cat", "others"] and [shot.text for shot in shots] == ["", "anything else"]


def test_texts_go_with_pictures_in_their_order() -> None:
    lesson = Lesson()
    row = lesson.rows[0]
    lesson.rename(row.id, "a")
    lesson.put(row.id, [given(CAT, "1"), given(CAT, "2")])
    lesson.write(row.id, "\nsecond\nthird\n\n")
    shots = row.shots()
    assert [(shot.picture is not None, shot.text) for shot in shots] == [
        (True, ""),
        (True, "second"),
        (False, "third"),
    ]


def test_what_is_refused_leaves_all_as_it_was() -> None:
    lesson = Lesson()
    first, second = lesson.rows
    lesson.rename(first.id, "a")
    lesson.rename(second.id, "b")
    version = lesson.version
    with pytest.raises(UserError, match="Another class is named A"):
        lesson.rename(second.id, "A")
    with pytest.raises(UserError, match="up to 16 texts"):
        lesson.write(first.id, "x\n" * (MAX_EXAMPLES + 1))
    with pytest.raises(UserError, match="shorten"):
        lesson.write(first.id, "x " * 1001)
    with pytest.raises(UserError, match="not there any more"):
        lesson.rename(-1, "c")
    assert (first.name, second.name, first.texts, lesson.version) == ("a", "b", "", version)


def test_there_is_room_for_sixteen() -> None:
    lesson = Lesson()
    row = lesson.rows[0]
    pictures = [given(CAT, str(i)) for i in range(MAX_EXAMPLES + 2)]
    assert "2 of these are left aside" in lesson.put(row.id, pictures)
    assert len(row.pictures) == MAX_EXAMPLES
    assert "1 of these is" in lesson.put(row.id, pictures[:1])
    lesson.drop(row.pictures[0].id)
    assert lesson.put(row.id, pictures[:1]) == ""


def test_two_classes_stay_and_nothing_stays_of_who_has_left() -> None:
    lesson = Lesson()
    lesson.rows = example()
    lesson.add()
    for row in list(lesson.rows):
        lesson.remove(row.id)
    assert [row.name for row in lesson.rows] == ["", ""]
    lesson.rows = example()
    lesson.forget()
    assert lesson.rows == [] and lesson.taught is None


def test_a_broken_picture_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_text("no picture")
    with pytest.raises(UserError, match=r"broken\.png"):
        given(str(broken), "broken.png")


def test_memory_is_bounded(tmp_path: Path) -> None:
    lesson = Lesson()
    for _ in range(MAX_ROWS - 2):
        lesson.add()
    with pytest.raises(UserError, match=f"up to {MAX_ROWS}"):
        lesson.add()
    large = tmp_path / "large.png"
    Image.new("RGB", (1500, 900)).save(large)
    assert max(given(str(large), "large.png").picture.size) == KEPT
