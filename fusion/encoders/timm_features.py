"""What the image encoders of timm share: the last feature map of a convolutional network as tokens."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import timm
import torch
from PIL import Image
from timm.data import create_transform, resolve_model_data_config
from torch import nn

from fusion.device import device, encoder_dtype, in_use, place_encoder
from fusion.encoders.base import Prepared, transformed
from fusion.tokens import Tokens


class FeatureMap:
    """Tokens (B, rows * columns, D): one for each place of the last feature map; pooled is their mean.

    A picture is squashed to the size that the network was trained on, so that the map covers all of it.
    """

    def __init__(self, model: Any) -> None:
        self.width = model.num_features
        wanted = resolve_model_data_config(model) | {"crop_mode": "squash", "crop_pct": 1.0}
        self.transform = create_transform(**wanted, is_training=False)
        self.model = place_encoder(model).to(memory_format=torch.channels_last)  # faster convolutions

    @torch.inference_mode()
    def encode(self, batch: Sequence[Image.Image]) -> Tokens:
        """RGB pictures of any sizes."""
        pixels = torch.stack([self.transform(picture) for picture in batch])  # (B, 3, H, W)
        with in_use(self.model) as model:
            features = model.forward_features(pixels.to(device(), encoder_dtype())).float().cpu()
        grid = (features.shape[2], features.shape[3])
        sequence = features.flatten(2).transpose(1, 2)  # (B, rows * columns, D)
        mask = torch.ones(sequence.shape[:2], dtype=torch.bool)
        return Tokens(sequence, sequence.mean(1), mask, grid=grid)

    def prepare(self, picture: Image.Image) -> Prepared:
        """What the network is given of an RGB picture."""
        return transformed(picture, self.transform.transforms)


def read_network(kind: type[nn.Module], folder: Path) -> Any:
    """A network of timm with its weights from a folder, as timm saves it for the hub.

    Raises ValueError where it is of another kind, and what timm raises where the files are damaged.
    """
    model = timm.create_model(f"local-dir:{folder}", pretrained=True)
    if not isinstance(model, kind):
        raise ValueError(f"no {kind.__name__}")
    return model
