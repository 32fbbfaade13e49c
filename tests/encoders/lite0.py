"""EfficientNet-Lite0 as timm alone has it, and pictures to show it."""

from typing import Any

import timm
import torch
import torch.nn.functional as F
from PIL import Image

from fusion.encoders import efficientnet_lite0
from fusion.encoders.base import packaged_file


def noise(width: int, height: int, seed: int = 0) -> Image.Image:
    """A picture with large and small structure."""
    generator = torch.Generator().manual_seed(seed)
    coarse = F.interpolate(torch.rand(1, 3, 5, 6, generator=generator), size=(height, width), mode="bicubic")
    fine = 0.2 * torch.rand(3, height, width, generator=generator)
    pixels = ((coarse[0] + fine).clamp(0, 1) * 255).byte().permute(1, 2, 0)
    return Image.fromarray(pixels.numpy())


def timm_network() -> Any:
    package, sha256 = efficientnet_lite0.PACKAGE, efficientnet_lite0.SHA256
    state = torch.load(packaged_file(package, ".pth", sha256), weights_only=True)
    model = timm.create_model("tf_efficientnet_lite0").eval()
    published = iter(state.items())
    for name, x in model.state_dict().items():
        other, values = next(published)
        assert name.split(".")[-1] == other.split(".")[-1]  # weight to weight, running_mean to running_mean
        x.copy_(values)
    return model.requires_grad_(False)
