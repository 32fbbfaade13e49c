"""Placing frozen models: nothing changes on the CPU; elsewhere all that computes is in use while it does."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from accelerate.hooks import CpuOffload
from PIL import Image
from torch import nn

from fusion.device import device, encoder_dtype, in_use, place_encoder, placing
from fusion.device.placing import budget
from fusion.encoders import ENCODERS, load_encoder
from fusion.errors import UserError
from tests.device.movable import SIZE, Movable

on_cpu = pytest.mark.skipif(device().type != "cpu", reason="of a machine without a GPU")


@pytest.fixture
def other_device(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Models run on `meta`, which has room for one of SIZE."""
    rooms: dict[torch.device, Any] = {}
    room = placing._room.__wrapped__  # type: ignore[attr-defined]
    monkeypatch.setattr(placing, "_room", lambda where: rooms.setdefault(where, room(where)))
    monkeypatch.setattr(placing, "device", lambda: torch.device("meta"))
    monkeypatch.setenv("FUSION_DEVICE_MEMORY", str(SIZE / 1e9))
    yield monkeypatch


@on_cpu
def test_on_the_cpu_a_model_is_only_frozen() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Dropout())
    placed = place_encoder(model)
    assert placed is model and not model.training and not any(x.requires_grad for x in model.parameters())
    assert encoder_dtype() == model[0].weight.dtype == torch.float32
    with in_use(model) as used:
        assert used is model
    assert not hasattr(model, "_hf_hook") and "forward" not in vars(model)


def test_elsewhere_it_takes_turns(other_device: pytest.MonkeyPatch) -> None:
    a, b = place_encoder(Movable(1)), Movable(2)
    assert not a.here and isinstance(a._hf_hook, CpuOffload)
    with in_use(a):
        assert a.here
    with in_use(b):  # placed or not
        assert b.here and not a.here


def test_one_too_great_runs_all_the_same_on_one_gpu(other_device: pytest.MonkeyPatch) -> None:
    great = place_encoder(Movable(size=4 * SIZE))
    with in_use(great):
        assert great.here


def test_one_too_great_is_laid_over_several_gpus(other_device: pytest.MonkeyPatch) -> None:
    asked: list[dict[int | str, int]] = []

    def spread(module: nn.Module, memory: dict[int | str, int]) -> None:
        asked.append(memory)
        module.hf_device_map = {"": 0}  # type: ignore[assignment]

    other_device.setattr(placing, "_gpus", lambda: 2)
    other_device.setattr(placing, "spread", spread)
    small, great = Movable(), Movable(size=4 * SIZE)
    with in_use(small):
        pass
    place_encoder(great)
    assert not small.here, "it starts with the devices empty"
    assert [memory[0] for memory in asked] == [memory[1] for memory in asked] == [SIZE]
    assert asked[0]["cpu"] > 0
    with in_use(great):
        assert not great.here, "its parts are where they are"
    assert len(asked) == 1


def test_the_budget_is_told_in_gigabytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUSION_DEVICE_MEMORY", "1.5")
    assert budget(torch.device("cuda", 0)) == 1_500_000_000


@pytest.mark.parametrize("wrong", ["much", "0", "-1", "nan", "inf"])
def test_a_budget_that_is_none_is_one_sentence(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("FUSION_DEVICE_MEMORY", wrong)
    with pytest.raises(UserError) as refused:
        budget(torch.device("cuda", 0))
    assert str(refused.value) == f"FUSION_DEVICE_MEMORY is a number of gigabytes, not {wrong!r}."


@on_cpu
@pytest.mark.parametrize("name", [record.name for record in ENCODERS if record.weights is None])
def test_an_encoder_computes_only_while_its_model_is_in_use(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Every layer of it, through whichever method."""
    encoder = load_encoder(name)
    models = [part for part in vars(encoder).values() if isinstance(part, nn.Module)]
    used: list[nn.Module] = []
    calls = []

    @contextmanager
    def watched(module: nn.Module) -> Iterator[None]:
        used.append(module)
        yield
        used.remove(module)

    def computes(part: nn.Module, inputs: object) -> None:
        calls.append(bool(used))

    monkeypatch.setattr(placing, "device", lambda: SimpleNamespace(type="another"))
    monkeypatch.setattr(placing, "_admit", lambda module: None)
    monkeypatch.setattr(placing, "_room", lambda where: SimpleNamespace(in_use=watched))
    leaves = [part for model in models for part in model.modules() if not list(part.children())]
    hooks = [leaf.register_forward_pre_hook(computes) for leaf in leaves]
    try:
        picture = Image.fromarray(np.zeros((64, 64, 3), dtype=np.uint8))
        encoder.encode([picture if ENCODERS[name].reads("image") else "a red square"])
    finally:
        for hook in hooks:
            hook.remove()
    assert all(calls) and (calls or not models) and not used
