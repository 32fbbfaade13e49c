"""The contract of every aligned space, in which a picture and a text can be compared without training."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from PIL import Image
from torch import Tensor

from fusion.registry import Registry


class AlignedSpace(Protocol):
    """What a pair of encoders shares; probabilities are over the labels at hand, (labels,)."""

    def of_picture(self, picture: Image.Image, labels: Sequence[str]) -> Tensor:
        """How likely an RGB picture shows each label."""
        ...

    def maps(self, picture: Image.Image, words: Sequence[str]) -> Tensor:
        """(words, rows, columns) how much each place of an RGB picture shows what each word names, 0 to 1."""
        ...

    def of_text(self, text: str, labels: Sequence[str]) -> Tensor:
        """How likely a text is about each label."""
        ...


@dataclass(frozen=True)
class SpaceRecord:
    """A registered space and the pair of encoders that it belongs to."""

    name: str
    summary: str
    image_encoder: str
    text_encoder: str
    build: Callable[[], AlignedSpace]


SPACES: Registry[SpaceRecord] = Registry("space")
