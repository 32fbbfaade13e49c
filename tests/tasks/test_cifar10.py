"""cifar10: rows of a batch are pictures; where it is not fetched, that is told."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fusion.errors import UserError
from fusion.tasks import TASKS, cifar10

TASK = TASKS["cifar10"]
ROWS = 5


@pytest.fixture
def batch(pack_only: Path) -> np.ndarray:
    """A tiny test batch as the package writes it: a picture of one row of 1024 pixels each."""
    pixels = np.random.default_rng(0).integers(0, 256, (ROWS, 32, 32, 3), dtype=np.uint8)
    folder = pack_only / "cifar-10"
    folder.mkdir(parents=True)
    Image.fromarray(pixels.reshape(ROWS, 1024, 3)).save(folder / "test_batch.png")
    (folder / "test_lables.json").write_text(json.dumps([3, 8, 8, 0, 6]), encoding="utf-8")
    return pixels


def test_a_batch_is_read(batch: np.ndarray) -> None:
    found = TASK.examples("test")
    assert [e.label for e in found] == ["cat", "ship", "ship", "airplane", "frog"]
    assert {e.text for e in found} == {""}
    assert len({e.group for e in found}) == ROWS
    for example, pixels in zip(found, batch, strict=True):
        assert isinstance(example.picture, cifar10.Photograph)
        picture = example.picture.draw()
        assert (picture.mode, picture.size) == ("RGB", (32, 32))
        assert np.array_equal(np.asarray(picture), pixels)


def test_every_picture_has_a_key_of_its_own() -> None:
    pictures = [cifar10.Photograph(split, row) for split in ("train", "test") for row in range(3)]
    assert len({picture.key for picture in pictures}) == 6


def test_no_more_than_the_first_are_read(batch: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cifar10, "FIRST", 2)
    found = TASK.examples("test")
    assert [e.label for e in found] == ["cat", "ship"]
    assert isinstance(found[1].picture, cifar10.Photograph)
    assert np.array_equal(np.asarray(found[1].picture.draw()), batch[1])


@pytest.mark.parametrize("split", ["train", "test"])
def test_what_is_not_fetched_is_told(pack_only: Path, split: str) -> None:
    with pytest.raises(UserError) as refused:
        TASK.examples(split)  # type: ignore[arg-type]
    assert str(refused.value) == "CIFAR-10 is not fetched; run: python -m fusion.pack fetch."


def test_it_is_answered_by_typed_labels() -> None:
    assert TASK.zero_shot and not TASK.asked
    assert TASK.labels == cifar10.LABELS and len(set(TASK.labels)) == 10
