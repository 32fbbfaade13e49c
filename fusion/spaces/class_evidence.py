"""Class evidence in the language of the text encoder: the space of the embedded pair.

The image encoder's 1,000 ImageNet classes stand between pictures and words, as in ConSE (Norouzi et al.
2014, arXiv 1312.5650): the picture says how likely each class is, the text encoder how near each label is to
the class's names and WordNet definition.
"""

from collections.abc import Sequence

import torch
from PIL import Image
from timm.data import ImageNetInfo
from torch import Tensor

from fusion.data.store import encode_all
from fusion.encoders import load_encoder
from fusion.encoders.efficientnet_lite0 import EfficientNetLite0
from fusion.inputs import content_key
from fusion.progress import silent
from fusion.spaces.base import SPACES, SpaceRecord

IMAGE_ENCODER = "efficientnet-lite0"
TEXT_ENCODER = "minilm"
# Chosen on CIFAR-10's first 1,000 training pictures, zero-shot: how far to trust the classifier, and how
# sharply a class takes the side of its nearest labels.
TEMPERATURE = 1.8
SHARPNESS = 0.5
# Calibrated on the same pictures and their ten labels: the power that makes the shares probabilities.
CONFIDENCE = 18.0
# The scale of cosine similarities that the text encoder was trained with.
TEXT_SCALE = 20.0


class ClassEvidence:
    """EfficientNet-Lite0's classes told in MiniLM's words."""

    def __init__(self) -> None:
        image = load_encoder(IMAGE_ENCODER)
        assert isinstance(image, EfficientNetLite0)
        self.image = image
        self.text = load_encoder(TEXT_ENCODER)
        texts = class_texts()
        keys = [content_key(text) for text in texts]
        store = encode_all(TEXT_ENCODER, keys, lambda i: texts[i], silent)
        self.classes = torch.nn.functional.normalize(torch.from_numpy(store.pooled), dim=1)  # (1000, 384)

    def of_picture(self, picture: Image.Image, labels: Sequence[str]) -> Tensor:
        """Each class hands its probability to the labels by their nearness to it: (labels,).

        Nearness is standardised over the classes for each label, so that no label is near to everything.
        """
        near = self.classes @ self._vectors(labels).T  # (1000, labels)
        near = (near - near.mean(0)) / near.std(0)
        evidence = (self.image.class_logits([picture])[0] / TEMPERATURE).softmax(0)  # (1000,)
        shares = evidence @ (SHARPNESS * near).softmax(1)  # (labels,)
        return (CONFIDENCE * shares.log()).softmax(0)

    def of_text(self, text: str, labels: Sequence[str]) -> Tensor:
        """By the similarity of the text to each label: (labels,)."""
        return (TEXT_SCALE * self._vectors(labels) @ self._vectors([text])[0]).softmax(0)

    def _vectors(self, texts: Sequence[str]) -> Tensor:
        """(texts, 384) unit vectors."""
        return torch.nn.functional.normalize(self.text.encode(texts).pooled, dim=1)


def class_texts() -> list[str]:
    """Names and definition of each ImageNet class, in the order of the classifier."""
    info = ImageNetInfo("imagenet-1k")
    return [info.index_to_description(i, detailed=True) for i in range(info.num_classes())]


SPACES.add(
    SpaceRecord(
        name="class-evidence",
        summary="ImageNet's classes told by their names and definitions stand between pictures and words.",
        image_encoder=IMAGE_ENCODER,
        text_encoder=TEXT_ENCODER,
        build=ClassEvidence,
    )
)
