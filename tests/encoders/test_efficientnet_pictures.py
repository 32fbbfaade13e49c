"""What both encoders that read EfficientNet-Lite0 do with pictures of any size."""

import pytest
import torch
from PIL import Image

from fusion.encoders import ENCODERS
from fusion.encoders.base import Encoder
from fusion.encoders.efficientnet_lite0 import COLOR_WIDTH, GRID, LAYOUT_WIDTH, EfficientNetLite0
from fusion.encoders.efficientnet_lite0_levels import EfficientNetLite0Levels
from tests.encoders.lite0 import noise

BEHIND = LAYOUT_WIDTH + COLOR_WIDTH  # channels that follow the plain colours
KINDS = {
    "efficientnet-lite0": (EfficientNetLite0, slice(-BEHIND - 3, -BEHIND)),
    "efficientnet-lite0-levels": (EfficientNetLite0Levels, slice(-3, None)),
}


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest) -> tuple[Encoder, int, slice]:
    """An encoder, the width of its tokens, and their red, green and blue."""
    build, rgb = KINDS[request.param]
    return build(), ENCODERS[request.param].width, rgb


@pytest.mark.parametrize("size", [(64, 64), (200, 80), (50, 400), (640, 480)])
def test_any_proportions_give_the_same_grid(kind: tuple[Encoder, int, slice], size: tuple[int, int]) -> None:
    encoder, width, _ = kind
    tokens = encoder.encode([noise(*size)])
    assert tokens.sequence.shape == (1, GRID[0] * GRID[1], width)
    assert (tokens.grid, tokens.words) == (GRID, None)
    assert tokens.mask.all()
    assert torch.isfinite(tokens.sequence).all()
    assert tokens.sequence.dtype == torch.float32


@pytest.mark.parametrize("size", [(280, 280), (560, 140), (140, 560)])
def test_a_patch_stands_where_it_does_in_the_picture(
    kind: tuple[Encoder, int, slice], size: tuple[int, int]
) -> None:
    """A red lower right corner, in every proportion: the last patch is red, the first is not."""
    encoder, _, rgb = kind
    width, height = size
    picture = Image.new("RGB", size, "white")
    picture.paste("red", (width * 3 // 4, height * 3 // 4, width, height))
    colours = encoder.encode([picture]).sequence[0, :, rgb].view(*GRID, 3)
    torch.testing.assert_close(colours[-1, -1], torch.tensor([1.0, 0.0, 0.0]), atol=0.02, rtol=0)
    for corner in (colours[0, 0], colours[0, -1], colours[-1, 0]):
        torch.testing.assert_close(corner, torch.ones(3), atol=0.02, rtol=0)


def test_a_picture_alone_is_the_same_as_in_a_batch_of_other_sizes(kind: tuple[Encoder, int, slice]) -> None:
    encoder, _, _ = kind
    pictures = [noise(*size, seed=seed) for seed, size in enumerate(((64, 64), (300, 100), (90, 90)))]
    batch = encoder.encode(pictures)
    assert len(batch) == 3
    for i, picture in enumerate(pictures):
        alone = encoder.encode([picture])
        torch.testing.assert_close(batch.sequence[i], alone.sequence[0], atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(batch.pooled[i], alone.pooled[0], atol=1e-4, rtol=1e-4)
