"""What is read of a picture or a text: its features, and what the names of the classes alone tell of it."""

from collections.abc import Sequence

import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import normalize

from fusion.features import features
from fusion.spaces import has_space, load_space
from fusion.teach.cache_model import FAINTEST

# Unit features (D,) of a picture or a text, and (labels,) log probabilities by the names alone.
Seen = tuple[Tensor, Tensor]


def seen(
    picture: Image.Image | None, text: str, labels: Sequence[str], image_encoder: str, text_encoder: str
) -> dict[str, Seen]:
    """By modality, "image" and "text", of those that are given."""
    given: dict[str, tuple[str, Image.Image | str]] = {}
    if picture is not None:
        given["image"] = image_encoder, picture
    if text:
        given["text"] = text_encoder, text
    return {
        modality: (unit_features(encoder, item), told_by_names(item, labels, image_encoder, text_encoder))
        for modality, (encoder, item) in given.items()
    }


def unit_features(encoder: str, item: Image.Image | str) -> Tensor:
    """(D,) of length 1. Of a picture the square roots, signed, so that a few strong channels do not decide
    alone how near two pictures are: Perronnin et al. 2010, "Improving the Fisher Kernel"."""
    found = features(encoder, item)
    return normalize(found if isinstance(item, str) else powered(found), dim=0)


def powered(found: Tensor) -> Tensor:
    """Signed square roots."""
    return found.sign() * found.abs().sqrt()


def told_by_names(
    item: Image.Image | str, labels: Sequence[str], image_encoder: str, text_encoder: str
) -> Tensor:
    """(labels,) zero-shot log probabilities; all equal where the encoders share no space."""
    if not has_space(image_encoder, text_encoder):
        return torch.full((len(labels),), 1 / len(labels)).log()
    space = load_space(image_encoder, text_encoder)
    shares = space.of_text(item, labels) if isinstance(item, str) else space.of_picture(item, labels)
    return shares.clamp(min=FAINTEST).log()
