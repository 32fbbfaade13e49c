"""CLIP's own space: pictures and texts stand in it side by side, as CLIP was trained.

Radford et al. 2021, arXiv 2103.00020, section 3.1: a label is the mean of several prompts that name it.
"""

from collections.abc import Callable, Sequence
from functools import partial

import torch
from open_clip import SIMPLE_IMAGENET_TEMPLATES
from PIL import Image
from torch import Tensor
from torch.nn.functional import normalize

from fusion.cache import encoded, kept
from fusion.encoders import load_encoder
from fusion.encoders.clip_vit_b_32 import WEIGHTS, Clip
from fusion.inputs import content_key
from fusion.spaces.base import SPACES, SpaceRecord
from fusion.tokens import Tokens

NAME = WEIGHTS.name
# What names nothing: a place shows a word as far as it is nearer to the word than to any of these. The
# relevancy of Kerr et al. 2023, "LERF: Language Embedded Radiance Fields", arXiv 2303.09553, and its phrases.
NOTHING = ("object", "things", "stuff", "texture")


class ClipSpace:
    """Cosine similarities by CLIP's own trained scale."""

    @property
    def encoder(self) -> Clip:
        encoder = load_encoder(NAME)
        assert isinstance(encoder, Clip)
        return encoder

    def of_picture(self, picture: Image.Image, labels: Sequence[str]) -> Tensor:
        """CLIP's zero-shot classification: (labels,)."""
        return self._shares(encoded(NAME, picture), labels)

    def of_text(self, text: str, labels: Sequence[str]) -> Tensor:
        """By the similarity of the text to the prompts of each label: (labels,).

        The scale is that of pictures to texts; CLIP was trained on no other.
        """
        return self._shares(encoded(NAME, text), labels)

    def maps(self, picture: Image.Image, words: Sequence[str]) -> Tensor:
        """(words, rows, columns): how likely each place shows what a word names rather than nothing.

        Of the word and the nearest of NOTHING, the word's share by CLIP's scale: from 0 to 1, one half where
        it says no more than they do. What a place tells is its own value; see `Clip.values`.
        """
        encoder = self.encoder
        places = _kept("values", picture, lambda: encoder.values([picture])[0])  # (N, D)
        near = encoder.scale * self._vectors(words) @ normalize(places, dim=1).T  # (words, N)
        nothing = encoder.scale * self._vectors(NOTHING) @ normalize(places, dim=1).T
        return (near - nothing.amax(0)).sigmoid().reshape(-1, *encoder.grid)

    def _shares(self, tokens: Tokens, labels: Sequence[str]) -> Tensor:
        near = self._vectors(labels) @ normalize(tokens.pooled[0], dim=0)
        return (self.encoder.scale * near).softmax(0)

    def _vectors(self, labels: Sequence[str]) -> Tensor:
        """(labels, D) unit vectors."""
        return torch.cat([_kept("prompts", label, partial(self._prompted, label)) for label in labels])

    def _prompted(self, label: str) -> Tensor:
        """(1, D) a label as the mean of what the prompts say."""
        return self.encoder.prompted(label, SIMPLE_IMAGENET_TEMPLATES)[None]


def _kept(kind: str, item: Image.Image | str, make: Callable[[], Tensor]) -> Tensor:
    """Vectors (N, D) of a picture or a text, kept for a while as its tokens are."""

    def tokens() -> Tokens:
        sequence = make()[None]
        return Tokens(sequence, sequence.mean(1), torch.ones(sequence.shape[:2], dtype=torch.bool))

    return kept(NAME, f"{kind}:{content_key(item)}", tokens).sequence[0]


SPACES.add(
    SpaceRecord(
        name="clip",
        summary="CLIP compares a picture with prompts that name each label.",
        image_encoder=NAME,
        text_encoder=NAME,
        build=ClipSpace,
    )
)
