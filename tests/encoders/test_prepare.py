"""What encoders tell of their inputs is what their networks are given."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from fusion.encoders import ENCODERS, load_encoder
from fusion.encoders.base import Pieced, Prepares
from tests.encoders.lite0 import noise

IMAGE = [record.name for record in ENCODERS if record.reads("image")]
TEXT = [record.name for record in ENCODERS if record.reads("text")]
TEXTS = ["What color is the triangle?", "It's a hippopotamus, isn't it?", "yes"]


@pytest.mark.parametrize("name", IMAGE)
@pytest.mark.parametrize("size", [(90, 60), (640, 200)], ids=str)
def test_a_network_is_given_the_pixels_that_are_told(
    tiny_models: Path, name: str, size: tuple[int, int]
) -> None:
    encoder: Any = load_encoder(name)
    assert isinstance(encoder, Prepares)
    told = encoder.prepare(noise(*size))
    first = next(module for module in encoder.model.modules() if isinstance(module, nn.Conv2d))
    given: list[Tensor] = []
    handle = first.register_forward_pre_hook(lambda _, inputs: given.append(inputs[0]))
    try:
        encoder.encode([noise(*size)])
    finally:
        handle.remove()
    assert torch.equal(told.pixels, given[0][0].float().cpu())
    assert told.picture.size == (told.pixels.shape[2], told.pixels.shape[1])


@pytest.mark.parametrize("name", TEXT)
@pytest.mark.parametrize("text", TEXTS)
def test_a_model_is_given_the_pieces_that_are_told(tiny_models: Path, name: str, text: str) -> None:
    encoder: Any = load_encoder(name)
    assert isinstance(encoder, Pieced)
    pieces = encoder.pieces(text)
    assert all(piece.text for piece in pieces)
    model = getattr(encoder, "model", None)
    if model is None:  # a table of vectors: the numbers are its rows
        rows = encoder.table[[piece.number for piece in pieces]]
        assert torch.equal(encoder.encode([text]).sequence[0], rows)
        return
    first = next(module for module in model.modules() if isinstance(module, nn.Embedding))
    given: list[Tensor] = []
    handle = first.register_forward_pre_hook(lambda _, inputs: given.append(inputs[0]))
    try:
        encoder.encode([text])
    finally:
        handle.remove()
    numbers = [piece.number for piece in pieces]
    assert given[0][0].tolist()[: len(numbers)] == numbers
    assert not any(given[0][0].tolist()[len(numbers) :])  # the rest is padding
