"""EfficientNet-Lite0 as it is: patch tokens from three depths of the network, and the colour of each patch.

Tan and Le 2019, arXiv 1905.11946, and its Lite variant without squeeze-and-excitation. Where a picture is no
photograph, as in drawings, what the network's classes say of it is worth little, and its features say more.
"""

from collections.abc import Sequence

import torch
from PIL import Image
from torch import Tensor

from fusion.device import device, in_use
from fusion.encoders.base import ENCODERS, EncoderRecord, Prepared
from fusion.encoders.efficientnet_lite0 import (
    AREA,
    GRID,
    SHA256,
    by_working_size,
    load_network,
    normalised,
    prepared,
    resize,
)
from fusion.tokens import Tokens

# Strides 8, 16 and 32: texture and edges, parts, objects. The colour of each patch comes with them.
LEVELS = (2, 3, 4)
WIDTH = 40 + 112 + 320 + 3


class EfficientNetLite0Levels:
    """Tokens (B, 196, 475): 14 x 14 patches that cover the whole picture, whatever its proportions."""

    width = WIDTH

    def __init__(self) -> None:
        self.model = load_network()

    @torch.inference_mode()
    def encode(self, batch: Sequence[Image.Image]) -> Tokens:
        """RGB pictures of any sizes, those of equal working size in one pass."""
        return by_working_size(batch, lambda pixels, _: self._encode(pixels), largest=AREA)

    def prepare(self, picture: Image.Image) -> Prepared:
        """What the network is given of an RGB picture."""
        return prepared(picture, largest=AREA)

    def _encode(self, pixels: Tensor) -> Tokens:
        """(B, 3, H, W) in 0..255 to Tokens."""
        pixels = pixels.to(device())
        with in_use(self.model):
            levels = self.model.forward_intermediates(
                normalised(pixels), indices=list(LEVELS), intermediates_only=True
            )
        maps = [*levels, pixels / 255]
        patches = torch.cat([resize(level.float()) for level in maps], dim=1)  # (B, D, 14, 14)
        sequence = patches.flatten(2).transpose(1, 2).cpu()
        mask = torch.ones(sequence.shape[:2], dtype=torch.bool)
        return Tokens(sequence, sequence.mean(1), mask, grid=GRID)


ENCODERS.add(
    EncoderRecord(
        name="efficientnet-lite0-levels",
        modality="image",
        summary="EfficientNet-Lite0's features at three depths, not told in words: for drawings.",
        width=WIDTH,
        build=EfficientNetLite0Levels,
        sha256=SHA256,
    )
)
