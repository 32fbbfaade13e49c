"""efficientnet-lite0-levels: its tokens are the levels of timm's own network, over the whole picture."""

import pytest
import timm
import torch
import torch.nn.functional as F
from PIL import Image

from fusion.encoders import efficientnet_lite0
from fusion.encoders.base import packaged_file
from fusion.encoders.efficientnet_lite0 import AREA, GRID, working_size
from fusion.encoders.efficientnet_lite0_levels import WIDTH, EfficientNetLite0Levels

CHANNELS = (40, 112, 320, 3)  # strides 8, 16, 32 and the colour itself


@pytest.fixture(scope="module")
def encoder() -> EfficientNetLite0Levels:
    return EfficientNetLite0Levels()


def noise(width: int, height: int, seed: int = 0) -> Image.Image:
    """A picture with large and small structure."""
    generator = torch.Generator().manual_seed(seed)
    coarse = F.interpolate(torch.rand(1, 3, 5, 6, generator=generator), size=(height, width), mode="bicubic")
    fine = 0.2 * torch.rand(3, height, width, generator=generator)
    pixels = ((coarse[0] + fine).clamp(0, 1) * 255).byte().permute(1, 2, 0)
    return Image.fromarray(pixels.numpy())


def test_levels_are_those_of_timm_called_directly(encoder: EfficientNetLite0Levels) -> None:
    package, sha256 = efficientnet_lite0.PACKAGE, efficientnet_lite0.SHA256
    state = torch.load(packaged_file(package, ".pth", sha256), weights_only=True)
    model = timm.create_model("tf_efficientnet_lite0").eval()
    published = iter(state.items())
    for name, x in model.state_dict().items():
        other, values = next(published)
        assert name.split(".")[-1] == other.split(".")[-1]  # weight to weight, running_mean to running_mean
        x.copy_(values)
    picture = noise(224, 224)
    pixels = torch.tensor(list(picture.tobytes())).view(1, 224, 224, 3).permute(0, 3, 1, 2).float()
    with torch.no_grad():
        levels = model.forward_intermediates((pixels - 127) / 128, intermediates_only=True)
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


@pytest.mark.parametrize("size", [(64, 64), (200, 80), (50, 400), (640, 480)])
def test_any_proportions_give_the_same_grid(encoder: EfficientNetLite0Levels, size: tuple[int, int]) -> None:
    tokens = encoder.encode([noise(*size)])
    assert tokens.sequence.shape == (1, GRID[0] * GRID[1], WIDTH)
    assert (tokens.grid, tokens.words) == (GRID, None)
    assert tokens.mask.all()
    assert torch.isfinite(tokens.sequence).all()
    assert tokens.sequence.dtype == torch.float32


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


@pytest.mark.parametrize("size", [(280, 280), (560, 140), (140, 560)])
def test_a_patch_stands_where_it_does_in_the_picture(
    encoder: EfficientNetLite0Levels, size: tuple[int, int]
) -> None:
    """A red lower right corner, in every proportion: the last patch is red, the first is not."""
    width, height = size
    picture = Image.new("RGB", size, "white")
    picture.paste("red", (width * 3 // 4, height * 3 // 4, width, height))
    colours = encoder.encode([picture]).sequence[0, :, -3:].view(*GRID, 3)
    torch.testing.assert_close(colours[-1, -1], torch.tensor([1.0, 0.0, 0.0]), atol=0.02, rtol=0)
    for corner in (colours[0, 0], colours[0, -1], colours[-1, 0]):
        torch.testing.assert_close(corner, torch.ones(3), atol=0.02, rtol=0)


def test_a_picture_alone_is_the_same_as_in_a_batch_of_other_sizes(encoder: EfficientNetLite0Levels) -> None:
    pictures = [noise(*size, seed=seed) for seed, size in enumerate(((64, 64), (300, 100), (90, 90)))]
    batch = encoder.encode(pictures)
    assert len(batch) == 3
    for i, picture in enumerate(pictures):
        alone = encoder.encode([picture])
        torch.testing.assert_close(batch.sequence[i], alone.sequence[0], atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(batch.pooled[i], alone.pooled[0], atol=1e-4, rtol=1e-4)
