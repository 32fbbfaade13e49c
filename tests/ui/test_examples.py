"""The examples that a visitor clicks: credited, small, and answered rightly."""

import csv

import pytest

import fusion
from fusion.inputs import clean_picture
from fusion.paths import ASSETS
from fusion.tasks import TASKS
from fusion.ui.examples import FILE, examples, strip

with FILE.open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


def test_every_picture_in_the_folders_is_credited_and_small() -> None:
    with (ASSETS / "CREDITS.csv").open(encoding="utf-8", newline="") as file:
        credits = {row["file"]: row for row in csv.DictReader(file)}
    pictures = [path for part in ("examples", "photos") for path in (ASSETS / part).iterdir()]
    pictures = [path for path in pictures if path.suffix != ".csv"]
    assert len(pictures) >= 50
    for path in pictures:
        credit = credits[path.relative_to(ASSETS).as_posix()]
        assert all(credit.values())
        assert path.stat().st_size < 150_000
        assert clean_picture(path) is not None


@pytest.mark.parametrize("task", [record.name for record in TASKS if record.asked])
def test_every_task_has_examples_in_the_order_of_the_list(task: str) -> None:
    listed = [row["question"] for row in ROWS if row["task"] == task]
    assert [example.question for example in examples(task)] == listed != []
    assert strip(task).count("<button") == len(listed)


@pytest.mark.parametrize("row", [row for row in ROWS if row["answer"]], ids=lambda row: row["picture"])
def test_the_default_strategy_answers_it_rightly(row: dict[str, str]) -> None:
    lens = fusion.load(task=row["task"])
    reply = lens.reply(ASSETS / row["picture"], row["question"])
    assert reply.results[0].label == row["answer"]
    assert reply.hints == ()


DOUBTFUL = [row for row in ROWS if row["task"] == "easy-vqa" and not row["answer"]]


@pytest.mark.parametrize("row", DOUBTFUL, ids=lambda row: row["picture"])
def test_an_example_without_an_answer_is_there_to_be_doubted(row: dict[str, str]) -> None:
    assert fusion.load(task=row["task"]).reply(ASSETS / row["picture"], row["question"]).hints
