from dataclasses import replace
from pathlib import Path

import pytest

import fusion
from fusion.checkpoint import folder_of
from fusion.clipart.build import write
from fusion.clipart.read import sample
from fusion.errors import UserError
from fusion.paths import CHECKPOINTS
from fusion.results import noun
from fusion.strategies import STRATEGIES
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


def test_what_is_shipped_for_it_speaks_of_every_strategy_beside_the_baselines() -> None:
    lens = fusion.load(task="clipart-topics")
    assert set(lens.strategies) == set(STRATEGIES.names())
    assert lens.evaluation is not None and noun(lens.evaluation) == "title"
    accuracy = {row["strategy"]: row["accuracy"] for row in lens.evaluation["results"]}
    priors = lens.evaluation["priors"]
    alone = max(accuracy["image-only"], accuracy["text-only"])
    assert accuracy[lens.default_strategy] >= alone + 0.05
    assert min(accuracy["image-only"], accuracy["text-only"]) > 3 * max(priors.values())


def test_the_shipped_checkpoints_stay_small() -> None:
    folder = CHECKPOINTS / folder_of("clipart-topics", "efficientnet-lite0", "minilm")
    sizes = [path.stat().st_size for path in folder.glob("*.safetensors") if path.stem in STRATEGIES]
    assert len(sizes) == len(STRATEGIES) and sum(sizes) < 2_700_000


def test_the_sample_is_answered_as_the_report_says() -> None:
    """Not exactly: it holds as many drawings of each topic, one of each group."""
    lens = fusion.load(task="clipart-topics")
    some = sample()[::8]
    right = sum(lens.reply(row.draw(), row.title).results[0].label == row.topic for row in some)
    assert right >= 0.4 * len(some)
