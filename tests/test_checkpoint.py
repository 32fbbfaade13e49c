"""Checkpoints: what is written is what is read, and what is damaged is said to be so."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from fusion import checkpoint
from fusion.checkpoint import Card
from fusion.encoders import ENCODERS
from fusion.errors import UserError
from fusion.model import FusionModel
from fusion.tasks import TASKS
from tests.synthetic import make_model, make_samples


@pytest.fixture
def model() -> FusionModel:
    made = make_model("gated", make_samples(8)).eval()
    checkpoint.half_precision(made)
    return made


def card_of(model: FusionModel) -> Card:
    return Card(
        task="easy-vqa",
        image_encoder="efficientnet-lite0",
        text_encoder="minilm",
        config=model.config,
        labels=("a", "b", "c", "d"),
        data="fingerprint",
        seed=0,
        validation_accuracy=0.5,
        encoder_versions=(ENCODERS["efficientnet-lite0"].version, ENCODERS["minilm"].version),
        sure_from=0.25,
    )


def test_what_is_written_is_read(tmp_path: Path, model: FusionModel) -> None:
    path = tmp_path / "gated.safetensors"
    checkpoint.save(path, model, card_of(model))
    loaded, card = checkpoint.load(path)
    assert card == card_of(model)
    for name, x in model.state_dict().items():
        torch.testing.assert_close(loaded.state_dict()[name], x, rtol=0, atol=0)
    assert [p.name for p in tmp_path.iterdir()] == ["gated.safetensors"]


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"\x80\x04\x95 a pickle", b"\xff" * 64])
def test_a_damaged_file_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(content)
    with pytest.raises(UserError, match="damaged"):
        checkpoint.load(path)


def test_a_truncated_checkpoint_is_refused(tmp_path: Path, model: FusionModel) -> None:
    path = tmp_path / "gated.safetensors"
    checkpoint.save(path, model, card_of(model))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(UserError):
        checkpoint.load(path)


def test_another_format_and_missing_tensors_are_refused(tmp_path: Path, model: FusionModel) -> None:
    path = tmp_path / "gated.safetensors"
    checkpoint.save(path, model, replace(card_of(model), format=99))
    with pytest.raises(UserError, match="another checkpoint format"):
        checkpoint.load(path)
    save_file({"x": torch.zeros(2)}, path, metadata={"card": json.dumps(asdict(card_of(model)))})
    with pytest.raises(UserError):
        checkpoint.load(path)


def test_a_checkpoint_of_the_first_format_is_told_to_be_fitted_again(
    tmp_path: Path, model: FusionModel
) -> None:
    """It says neither from where on its answers are sure nor names the layers as they are named now."""
    path = tmp_path / "gated.safetensors"
    card = asdict(card_of(model)) | {"format": 1}
    del card["sure_from"]
    save_file(model.state_dict(), path, metadata={"card": json.dumps(card)})
    with pytest.raises(
        UserError, match=r"^gated\.safetensors has another checkpoint format; fit it again\.$"
    ):
        checkpoint.load(path)


def test_own_checkpoints_go_before_shipped_ones(
    tmp_path: Path, model: FusionModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    monkeypatch.setattr(checkpoint, "roots", lambda: (own, shipped))
    task = replace(TASKS["easy-vqa"], labels=card_of(model).labels)
    monkeypatch.setattr(checkpoint, "TASKS", {"easy-vqa": task})
    pair = ("easy-vqa", "efficientnet-lite0", "minilm")
    file = checkpoint.folder_of(*pair) / "gated.safetensors"
    checkpoint.save(shipped / file, model, card_of(model))
    assert checkpoint.find(*pair) == {"gated": shipped / file}
    checkpoint.save(own / file, model, card_of(model))
    assert checkpoint.find(*pair) == {"gated": own / file}
    checkpoint.save(own / file, model, replace(card_of(model), encoder_versions=(0, 1)))
    assert checkpoint.find(*pair) == {"gated": shipped / file}, "tokens have changed since it was fitted"
    checkpoint.save(own / file, model, replace(card_of(model), labels=("d", "c", "b", "a")))
    assert checkpoint.find(*pair) == {"gated": shipped / file}, "its classes are others"
    (own / file).with_stem("concat").write_bytes((shipped / file).read_bytes())
    assert checkpoint.find(*pair) == {"gated": shipped / file}, "it is of another strategy"


def test_shipped_checkpoints_are_small_and_whole() -> None:
    paths = sorted(checkpoint.CHECKPOINTS.glob("*/*/*.safetensors"))
    assert paths
    assert all(path.stat().st_size <= 1.5e6 for path in paths)
    assert sum(path.stat().st_size for path in paths) <= 20e6


@pytest.mark.parametrize(
    "change",
    [
        {"width": 10**9},
        {"width": 100_000},
        {"width": "wide"},
        {"width": 16.0},
        {"width": 0},
        {"image_width": 10**12},
        {"classes": 3},
        {"labels": ["a", "b", "c"]},
        {"head": "magic"},
        {"strategy": ["gated"]},
        {"encoder_versions": 1},
    ],
)
def test_a_card_that_does_not_fit_its_weights_is_refused(
    tmp_path: Path, model: FusionModel, change: dict[str, Any]
) -> None:
    path = tmp_path / "gated.safetensors"
    card = asdict(card_of(model))
    for name, value in change.items():
        (card["config"] if name in card["config"] else card)[name] = value
    save_file(model.state_dict(), path, metadata={"card": json.dumps(card)})
    with pytest.raises(UserError):
        checkpoint.load(path)


def test_a_card_that_is_no_object_is_refused(tmp_path: Path) -> None:
    save_file({"x": torch.zeros(2)}, tmp_path / "x.safetensors", metadata={"card": "[1, 2]"})
    with pytest.raises(UserError, match="damaged"):
        checkpoint.read_card(tmp_path / "x.safetensors")


def test_numbers_that_are_not_finite_are_refused(tmp_path: Path, model: FusionModel) -> None:
    path = tmp_path / "gated.safetensors"
    with torch.no_grad():
        next(model.parameters()).fill_(torch.nan)
    checkpoint.save(path, model, card_of(model))
    with pytest.raises(UserError, match="not finite"):
        checkpoint.load(path)
