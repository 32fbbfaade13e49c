"""ResNet-50, fifty layers with shortcuts past them, trained on ImageNet.

He et al. 2015, arXiv 1512.03385, in the recipe A1 of Wightman et al. 2021, arXiv 2110.00476 (Apache-2.0).
"""

from pathlib import Path

from timm.models.resnet import ResNet

from fusion.encoders.base import ENCODERS, EncoderRecord
from fusion.encoders.timm_features import FeatureMap, read_network
from fusion.weights import Weights

WEIGHTS = Weights(
    name="resnet-50",
    repository="timm/resnet50.a1_in1k",
    revision="767268603ca0cb0bfe326fa87277f19c419566ef",
    files=("config.json", "model.safetensors"),
    megabytes=102,
    licence="Apache-2.0",
)


def read(folder: Path) -> ResNet:
    """The network from a folder as timm saves it for the hub."""
    return read_network(ResNet, folder)


ENCODERS.add(
    EncoderRecord(
        name=WEIGHTS.name,
        modality="image",
        summary="ResNet-50, trained on ImageNet; 102 MB to download.",
        width=2048,
        build=lambda: FeatureMap(WEIGHTS.load(read)),
        weights=WEIGHTS,
    )
)
