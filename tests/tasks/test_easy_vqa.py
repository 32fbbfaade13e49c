"""The official split, its types and the boxes of its shapes."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from fusion.evaluate import majority_prior, text_only_rule
from fusion.tasks import TASKS, Example
from fusion.tasks.easy_vqa import region

TASK = TASKS["easy-vqa"]


def test_the_official_split() -> None:
    train, test = TASK.examples("train"), TASK.examples("test")
    assert (len(train), len(test)) == (38_575, 9_673)
    assert (len({e.picture for e in train}), len({e.picture for e in test})) == (4_000, 1_000)
    assert {e.label for e in train} == {e.label for e in test} == set(TASK.labels)
    assert {e.kind for e in test} == {"color", "shape", "yes/no"}
    assert not {e.group for e in train} & {e.group for e in test}


def test_the_priors() -> None:
    train, test = TASK.examples("train"), TASK.examples("test")
    assert majority_prior(train, test) == pytest.approx(0.373, abs=5e-4)
    assert text_only_rule(train, test) == pytest.approx(0.670, abs=5e-4)


def test_the_box_of_a_shape(tmp_path: Path) -> None:
    picture = Image.new("RGB", (64, 64), (230, 240, 250))
    ImageDraw.Draw(picture).rectangle((16, 8, 31, 39), fill="teal")
    picture.save(tmp_path / "0.png")
    example = Example(tmp_path / "0.png", "is there a teal shape?", "yes", "yes/no", "0")
    found = region(example)
    assert found is not None
    assert found.box == (0.25, 0.125, 0.5, 0.625)
    assert found.words == {"teal"}
    assert region(Example(tmp_path / "0.png", "what shape is present?", "rectangle", "shape", "0")) is None
