"""photos: every row of the table is legal, and what is not at hand is told in one sentence."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from fusion.errors import UserError
from fusion.inputs import clean_picture, clean_text
from fusion.paths import ASSETS
from fusion.scenes.backdrops import CORNERS
from fusion.tasks import TASKS, photos

TASK = TASKS["photos"]
TYPES = {"object", "animal", "category", "yes/no", "choice", "color", "count", "position"}
INSTALLED = ("gradio", "scikit-learn")
FETCHED = re.compile(r"open-images/s\d{4}\.jpg")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with photos.FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_there_are_enough(rows: list[dict[str, str]]) -> None:
    assert len({row["picture"] for row in rows}) >= 60
    assert len(rows) >= 150
    kinds = Counter(row["type"] for row in rows)
    assert set(kinds) == TYPES
    assert min(kinds.values()) >= 15


def test_every_row_is_legal(rows: list[dict[str, str]]) -> None:
    assert len({(row["picture"], row["question"]) for row in rows}) == len(rows)
    for row in rows:
        accepted = row["accepted"].split(";")
        assert row["answer"] in accepted, row
        assert len(set(accepted)) == len(accepted) and all(accepted), row
        assert row["type"] in TYPES, row
        assert row["question"] and clean_text(row["question"]) == row["question"], row
        if row["type"] == "yes/no":
            assert row["accepted"] in ("yes", "no"), row
        if row["type"] == "count":
            assert row["answer"].isdigit(), row


def test_nearly_every_question_has_a_right_class(rows: list[dict[str, str]]) -> None:
    """Some have none on purpose: people ask for what was never taught, too."""
    right = [bool(set(row["accepted"].split(";")) & set(TASK.labels)) for row in rows]
    assert 0.9 < sum(right) / len(right)


def test_yes_is_about_as_frequent_as_no(rows: list[dict[str, str]]) -> None:
    answers = Counter(row["answer"] for row in rows if row["type"] == "yes/no")
    assert 0.4 <= answers["yes"] / answers.total() <= 0.6


def test_every_picture_is_shipped_installed_or_named_in_what_is_fetched(rows: list[dict[str, str]]) -> None:
    for picture in {row["picture"] for row in rows}:
        source, _, file = picture.partition("/")
        if source == "assets":
            assert (ASSETS / "photos" / file).is_file(), picture
        elif source in INSTALLED:
            assert photos._place(picture).is_file(), picture
        else:
            assert FETCHED.fullmatch(picture), picture


def test_every_shipped_picture_opens_is_asked_about_and_has_its_credit(rows: list[dict[str, str]]) -> None:
    asked = {row["picture"] for row in rows}
    with (ASSETS / "CREDITS.csv").open(encoding="utf-8", newline="") as file:
        credits = {row["file"]: row for row in csv.DictReader(file)}
    for path in photos.FILE.parent.glob("*.jpg"):
        assert f"assets/{path.name}" in asked
        picture = clean_picture(path)
        assert picture is not None and min(picture.size) >= 64
        credit = credits[f"photos/{path.name}"]
        assert credit["author"] and credit["licence"] and credit["source"], path.name


def test_no_photograph_is_a_backdrop(rows: list[dict[str, str]]) -> None:
    with CORNERS.open(encoding="utf-8", newline="") as file:
        backdrops = {f"open-images/{row['file']}" for row in csv.DictReader(file)}
    assert backdrops and not backdrops & {row["picture"] for row in rows}


def test_examples_are_the_rows(material: Path, rows: list[dict[str, str]]) -> None:
    for row in rows:
        if row["picture"].startswith("open-images/"):
            path = material / row["picture"]
            if not path.exists():
                Image.new("RGB", (120, 120)).save(path)
    found = TASK.examples("test")
    assert [(e.text, e.label, e.kind, e.group) for e in found] == [
        (row["question"], row["answer"], row["type"], row["picture"]) for row in rows
    ]
    assert all(isinstance(e.picture, Path) and e.picture.is_file() for e in found)
    assert all(e.label in e.accepted for e in found)
    assert photos.test_files() == {e.picture for e in found}
    assert len(photos.test_files()) == len({row["picture"] for row in rows})


def test_what_is_not_fetched_is_told(pack_only: Path) -> None:
    with pytest.raises(UserError) as refused:
        TASK.examples("test")
    assert str(refused.value) == (
        "Some of the test photographs are not fetched; run: python -m fusion.pack fetch."
    )


def test_the_checkpoints_of_scenes_answer() -> None:
    assert not TASK.asked
    assert TASK.checkpoints == TASK.fitted_on == "scenes"
    assert TASK.labels == TASKS["scenes"].labels
