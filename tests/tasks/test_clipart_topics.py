from dataclasses import replace
from pathlib import Path

import pytest

from fusion.clipart.build import write
from fusion.clipart.read import sample
from fusion.errors import UserError
from fusion.tasks import TASKS, Split
from fusion.tasks.clipart_topics import example_of, examples


@pytest.mark.parametrize("split", ["train", "test"])
def test_without_the_drawings_the_command_is_told(pack_only: Path, split: Split) -> None:
    with pytest.raises(UserError, match=r"python -m fusion\.clipart build"):
        examples(split)


def test_the_splits_are_those_of_the_table(pack_only: Path) -> None:
    rows = [replace(row, split="train" if i % 3 else "test") for i, row in enumerate(sample())]
    write(rows, [row.content() for row in rows], pack_only / "clipart")
    train, test = examples("train"), examples("test")
    assert [example.text for example in test] == [row.title for row in rows[::3]]
    assert len(train) + len(test) == len(rows)
    assert not {example.group for example in train} & {example.group for example in test}


def test_a_drawing_makes_an_example() -> None:
    record = TASKS["clipart-topics"]
    for drawing in sample():
        example = example_of(drawing)
        assert (example.picture, example.text, example.group) == (drawing, drawing.title, drawing.group)
        assert example.label in record.labels
    assert record.text_label == "Title"
