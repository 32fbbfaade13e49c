"""Class evidence in the language of the text encoder: the space of the embedded pair.

ImageNet's 1,000 classes, told by their names, their WordNet definitions and what they are kinds of, stand
between pictures and labels, as in ConSE (Norouzi et al. 2014, arXiv 1312.5650): the picture says how likely
each class is, the text encoder how near each label is to it. Where a word's thing is, the evidence of the
patches tells, which stands in the same space.
"""

from collections.abc import Sequence
from functools import cached_property

import torch
from PIL import Image
from timm.data import ImageNetInfo
from torch import Tensor

from fusion.cache import encoded
from fusion.data.store import encode_all
from fusion.encoders import load_encoder
from fusion.encoders.efficientnet_lite0 import GRID, EfficientNetLite0
from fusion.encoders.evidence import WIDTH, owners
from fusion.features import features
from fusion.inputs import content_key
from fusion.progress import silent
from fusion.spaces.base import SPACES, SpaceRecord
from fusion.vocabulary import vocabulary

IMAGE_ENCODER = "efficientnet-lite0"
TEXT_ENCODER = "minilm"
# Chosen on CIFAR-10's first 1,000 training pictures, zero-shot: how far to trust the classifier, how sharply
# a class takes the side of its nearest labels, and how much of a class is what it is a kind of.
TEMPERATURE = 1.8
SHARPNESS = 0.5
PARENT = 0.5
# Calibrated on the same pictures and their ten labels: the power that makes the shares probabilities.
CONFIDENCE = 26.0
# The scale of cosine similarities that the text encoder was trained with.
TEXT_SCALE = 20.0

# The strength in a word's direction that its map shows as one half, and what is weaker as much less.
HALF = 8.0


class ClassEvidence:
    """EfficientNet-Lite0's evidence told in MiniLM's words."""

    def __init__(self) -> None:
        image = load_encoder(IMAGE_ENCODER)
        assert isinstance(image, EfficientNetLite0)
        self.image = image

    def of_picture(self, picture: Image.Image, labels: Sequence[str]) -> Tensor:
        """Each class hands its probability to the labels by their nearness to it: (labels,)."""
        logits = self.image.classify(features(IMAGE_ENCODER, picture))
        near = _standardised(self._classes @ self._vectors(labels).T)  # (1000, labels)
        shares = (logits / TEMPERATURE).softmax(0) @ (SHARPNESS * near).softmax(1)
        return (CONFIDENCE * shares.log()).softmax(0)

    def of_text(self, text: str, labels: Sequence[str]) -> Tensor:
        """By the similarity of the text to each label: (labels,)."""
        return (TEXT_SCALE * self._vectors(labels) @ self._vectors([text])[0]).softmax(0)

    def maps(self, picture: Image.Image, words: Sequence[str]) -> Tensor:
        """(words, 14, 14): how far what each patch tells lies in the direction of each word, from 0 up to 1.

        A word's direction, like a name's, is taken about the mean of the names.
        """
        told = encoded(IMAGE_ENCODER, picture).sequence[0, :, :WIDTH]  # (196, 384)
        directions = self._vectors(words) - self.image.evidence.vectors.cpu().mean(0)
        strength = (directions @ told.T).relu().reshape(-1, *GRID)
        return strength**2 / (strength**2 + HALF**2)

    @cached_property
    def _classes(self) -> Tensor:
        """(1000, 384) unit vectors of the classes."""
        texts = class_texts()
        general = [name.parent or name.category for name in vocabulary()]
        kinds_of = owners() @ self._kept(general)  # zero for a class that no name covers
        return torch.nn.functional.normalize(self._kept(texts) + PARENT * kinds_of, dim=1)

    def _kept(self, texts: Sequence[str]) -> Tensor:
        """(texts, 384) unit vectors of many texts, kept on disk."""
        store = encode_all(TEXT_ENCODER, [content_key(text) for text in texts], lambda i: texts[i], silent)
        return torch.nn.functional.normalize(store.pooled(torch.arange(len(texts))), dim=1)

    def _vectors(self, texts: Sequence[str]) -> Tensor:
        """(texts, 384) unit vectors."""
        pooled = torch.cat([encoded(TEXT_ENCODER, text).pooled for text in texts])
        return torch.nn.functional.normalize(pooled, dim=1)


def class_texts() -> list[str]:
    """Names and definition of each ImageNet class, in the order of the classifier."""
    info = ImageNetInfo("imagenet-1k")
    return [info.index_to_description(i, detailed=True) for i in range(info.num_classes())]


def _standardised(near: Tensor) -> Tensor:
    """Each label's nearness (N, labels) over what it is near to, so that no label is near to everything."""
    return (near - near.mean(0)) / near.std(0)


SPACES.add(
    SpaceRecord(
        name="class-evidence",
        summary="Names that the picture gives evidence for stand between it and words.",
        image_encoder=IMAGE_ENCODER,
        text_encoder=TEXT_ENCODER,
        build=ClassEvidence,
    )
)
