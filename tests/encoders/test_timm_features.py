"""resnet-50 and vgg-16 over tiny models: their tokens are the last feature map of timm called directly."""

from pathlib import Path
from typing import Any

import pytest
import timm
import torch
from PIL import Image
from torchvision.transforms.v2 import functional as TF

from fusion.encoders import load_encoder
from fusion.encoders.base import Encoder
from tests.encoders.lite0 import noise
from tests.tiny_models import SIDE

WIDTHS = {"resnet-50": 96, "vgg-16": 512}
CLOSE: dict[str, Any] = {"atol": 1e-5, "rtol": 1e-5}


@pytest.fixture(params=WIDTHS)
def name(request: pytest.FixtureRequest, tiny_models: Path) -> str:
    return request.param


@pytest.fixture
def encoder(name: str) -> Encoder:
    return load_encoder(name)


def pixels_of(model: Any, picture: Image.Image) -> torch.Tensor:
    """(1, 3, rows, columns) the whole picture at the model's size, in its own mean and deviation."""
    config = model.pretrained_cfg
    resample = Image.Resampling[config["interpolation"].upper()]
    pixels = TF.pil_to_tensor(picture.resize(SIDE[::-1], resample)).float() / 255
    return TF.normalize(pixels, list(config["mean"]), list(config["std"]))[None]


@pytest.mark.parametrize("size", [(96, 64), (40, 200), (300, 120)])
def test_tokens_are_the_last_feature_map(
    name: str, encoder: Encoder, tiny_models: Path, size: tuple[int, int]
) -> None:
    model = timm.create_model(f"local-dir:{tiny_models / name}", pretrained=True).eval()
    assert list(model.pretrained_cfg["mean"]) == [0.5, 0.4, 0.3]
    picture = noise(*size)
    with torch.no_grad():
        features = model.forward_features(pixels_of(model, picture))[0]  # (D, rows, columns)
    tokens = encoder.encode([picture])
    assert (tokens.grid, tokens.words) == (tuple(features.shape[1:]), None)
    assert tokens.grid == (2, 3)
    assert encoder.width == tokens.width == WIDTHS[name]
    at = [(row, column) for row in range(2) for column in range(3)]
    for patch, (row, column) in zip(tokens.sequence[0], at, strict=True):
        torch.testing.assert_close(patch, features[:, row, column], **CLOSE)
    torch.testing.assert_close(tokens.pooled[0], features.mean((1, 2)), **CLOSE)
    assert tokens.mask.all()
    assert features.std() > 1e-2


def test_what_stands_at_the_edge_is_seen(encoder: Encoder) -> None:
    """Nothing is cropped: a change in the outermost columns of a wide picture changes the tokens."""
    picture = noise(400, 100)
    changed = picture.copy()
    changed.paste("red", (396, 0, 400, 100))
    one, other = encoder.encode([picture, changed]).sequence
    assert (one - other).abs().max() > 1e-4


def test_a_picture_alone_is_the_same_as_in_a_batch_of_other_sizes(encoder: Encoder) -> None:
    pictures = [noise(*size, seed=seed) for seed, size in enumerate(((64, 64), (300, 100), (90, 120)))]
    batch = encoder.encode(pictures)
    for i, picture in enumerate(pictures):
        torch.testing.assert_close(batch.sequence[i], encoder.encode([picture]).sequence[0], **CLOSE)


def test_the_fully_connected_layers_of_vgg_are_not_kept(tiny_models: Path) -> None:
    model = load_encoder("vgg-16").model  # type: ignore[attr-defined]
    assert not list(model.pre_logits.parameters())
