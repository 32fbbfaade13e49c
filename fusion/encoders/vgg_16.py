"""VGG-16, plain stacks of small convolutions, trained on ImageNet.

Simonyan and Zisserman 2014, arXiv 1409.1556; torchvision's weights (BSD-3-Clause).
"""

from pathlib import Path

from timm.models.vgg import VGG
from torch import nn

from fusion.encoders.base import ENCODERS, EncoderRecord
from fusion.encoders.timm_features import FeatureMap, read_network
from fusion.weights import Weights

WEIGHTS = Weights(
    name="vgg-16",
    repository="timm/vgg16.tv_in1k",
    revision="b8d8aa2dd860af9233c8c67385a8097fd6c35d3f",
    files=("config.json", "model.safetensors"),
    megabytes=553,
    licence="BSD-3-Clause",
)


def read(folder: Path) -> VGG:
    """The network from a folder as timm saves it for the hub, without its fully connected layers."""
    model = read_network(VGG, folder)
    model.pre_logits = nn.Identity()  # most of the memory, and behind the feature map
    return model


ENCODERS.add(
    EncoderRecord(
        name=WEIGHTS.name,
        modality="image",
        summary="VGG-16, trained on ImageNet; 553 MB to download.",
        width=512,
        build=lambda: FeatureMap(WEIGHTS.load(read)),
        weights=WEIGHTS,
    )
)
