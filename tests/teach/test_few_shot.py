"""The figure of few examples: what is drawn, what is gained, and how sure that is."""

import json

import numpy as np
import pytest
import torch

from fusion.cli import main
from fusion.errors import UserError
from fusion.paths import ASSETS
from fusion.progress import silent
from fusion.tasks import Example, TaskRecord
from fusion.tasks.base import Split
from fusion.teach import few_shot as figure
from fusion.teach.few_shot import as_lines, few_shot
from fusion.teach.taught import CACHE, TUNED, ZERO_SHOT

PHOTOS = {
    "train": {"animal": ("panda", "koala", "bison"), "thing": ("cup", "hammer", "chair")},
    "test": {"animal": ("cat", "crab"), "thing": ("bucket", "bulb", "wrench")},
}
PAIR = ("efficientnet-lite0", "minilm")


def examples(split: Split) -> list[Example]:
    return [
        Example(ASSETS / "photos" / f"{name}.jpg", "", label, "name", name)
        for label, names in PHOTOS[split].items()
        for name in names
    ]


RECORD = TaskRecord("few", "A few photographs.", ("animal", "thing"), examples, "zero-shot", zero_shot=True)


def test_every_way_has_a_row_for_each_number_of_examples() -> None:
    rows = few_shot(RECORD, *PAIR, shots=(2, 1), draws=2, progress=silent)
    assert [(row["shots"], row["strategy"]) for row in rows] == [
        (shots, way) for shots in (1, 2) for way in (ZERO_SHOT, CACHE, TUNED)
    ]
    for row in rows:
        assert row["accuracy"] == pytest.approx(np.mean(row["draws"])) and len(row["draws"]) == 2
        assert ("over_zero_shot" in row) == (row["strategy"] != ZERO_SHOT)
    assert rows[0]["accuracy"] == rows[3]["accuracy"]  # without examples there is nothing to draw
    assert len(as_lines(rows)) == 2 + len(rows)
    json.dumps(rows)


def test_a_draw_of_fewer_begins_a_draw_of_more_and_draws_differ() -> None:
    train = examples("train") * 5
    few, many = (figure._drawn(train, RECORD.labels, most, seed=3) for most in (2, 9))
    assert [rows[:2] for rows in many] == few
    assert all(train[i].label == label for label, rows in zip(RECORD.labels, many, strict=True) for i in rows)
    assert figure._drawn(train, RECORD.labels, 9, seed=4) != many


def test_the_gain_is_paired_over_test_examples() -> None:
    base = torch.rand(400, generator=torch.Generator().manual_seed(0)) < 0.7
    better = base | (torch.arange(400) % 10 == 0)
    row = figure._row(4, CACHE, [better, better], [base, base])
    low, high = row["over_zero_shot"]["interval"]
    gained = float((better.float() - base.float()).mean())
    assert row["over_zero_shot"]["difference"] == pytest.approx(gained)
    assert 0 < low < gained < high < gained + 0.03  # far narrower than the two accuracies' own


@pytest.mark.parametrize(
    ("shots", "draws", "words"),
    [
        ((0,), 2, "from 1 to 16"),
        ((), 2, "from 1"),
        ((17,), 2, "16"),
        ((1,), 1, "2 draws"),
        ((4,), 2, "animal has only 3"),
    ],
)
def test_what_cannot_be_drawn_is_told(shots: tuple[int, ...], draws: int, words: str) -> None:
    with pytest.raises(UserError, match=words):
        few_shot(RECORD, *PAIR, shots=shots, draws=draws, progress=silent)


def test_the_command_line_wants_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["evaluate", "--task", "cifar10", "--shots", "1,many"])
    assert "whole numbers parted by commas" in capsys.readouterr().err
