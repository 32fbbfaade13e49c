"""efficientnet-lite0-levels: its tokens are the levels of timm's own network, over the whole picture."""

import pytest
import torch
import torch.nn.functional as F

from fusion.encoders.efficientnet_lite0 import AREA, GRID, working_size
from fusion.encoders.efficientnet_lite0_levels import EfficientNetLite0Levels
from tests.encoders.lite0 import noise, timm_network

CHANNELS = (40, 112, 320, 3)  # strides 8, 16, 32 and the colour itself


@pytest.fixture(scope="module")
def encoder() -> EfficientNetLite0Levels:
    return EfficientNetLite0Levels()


def test_levels_are_those_of_timm_called_directly(encoder: EfficientNetLite0Levels) -> None:
    picture = noise(224, 224)
    pixels = torch.tensor(list(picture.tobytes())).view(1, 224, 224, 3).permute(0, 3, 1, 2).float()
    with torch.no_grad():
        levels = timm_network().forward_intermediates((pixels - 127) / 128, intermediates_only=True)
    fine, middle, coarse = (level for level in levels if level.shape[2] in (28, 14, 7))
    expected = [
        fine.unflatten(2, (14, 2)).unflatten(4, (14, 2)).mean((3, 5)),
        middle,
        F.interpolate(coarse, size=GRID, mode="bilinear", align_corners=False),
        pixels.unflatten(2, (14, 16)).unflatten(4, (14, 16)).mean((3, 5)) / 255,
    ]
    tokens = encoder.encode([picture])
    parts = tokens.sequence[0].T.unflatten(1, GRID).split(CHANNELS)
    for part, level in zip(parts, expected, strict=True):
        torch.testing.assert_close(part, level[0], atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(tokens.pooled[0], tokens.sequence[0].mean(0))


@pytest.mark.parametrize("size", [(64, 64), (640, 480), (400, 1200)])
def test_the_network_sees_as_many_pixels_of_every_picture(
    encoder: EfficientNetLite0Levels, size: tuple[int, int]
) -> None:
    seen: list[tuple[int, ...]] = []
    stem = encoder.model.conv_stem
    hook = stem.register_forward_pre_hook(lambda module, inputs: seen.append(tuple(inputs[0].shape)))
    encoder.encode([noise(*size)])
    hook.remove()
    assert seen == [(1, 3, *working_size(*size, AREA))]
