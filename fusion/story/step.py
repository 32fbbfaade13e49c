"""What a step of the tour holds: sentences, a formula, and the tensors and pictures of one run."""

from dataclasses import dataclass
from typing import Literal

from PIL import Image
from torch import Tensor

Kind = Literal["photo", "map", "matrix", "strip"]


@dataclass(frozen=True)
class Named:
    """A tensor of the run by its name in the code. says: what its axes count, or what it holds."""

    name: str
    shape: tuple[int, ...]
    says: str


@dataclass(frozen=True)
class Figure:
    """A small picture. kind: a photograph, a map over it, a matrix with a row a token, or a vector
    as a strip.

    bounds: the numbers that the darkest and the lightest colour of a matrix, a strip or a map stand for.
    """

    kind: Kind
    picture: Image.Image
    caption: str
    bounds: tuple[float, float] | None = None


@dataclass(frozen=True)
class Bar:
    """A named number with the part of a whole, from 0 to 1, that its bar fills. mark: what kind of bar."""

    label: str
    share: float
    number: str
    mark: Literal["", "image", "text", "prior"] = ""


@dataclass(frozen=True)
class Bars:
    """Bars under a title."""

    title: str
    rows: tuple[Bar, ...]


@dataclass(frozen=True)
class Chip:
    """A piece of the text with its number in the vocabulary."""

    text: str
    number: int


@dataclass(frozen=True)
class Curves:
    """How a fit went: mean cross-entropy in nats, a number an epoch; best: the epoch kept, from 0."""

    train: tuple[float, ...]
    validation: tuple[float, ...]
    best: int


@dataclass(frozen=True)
class Fork:
    """Which way the input goes: what was given, what the strategy that answers reads of it."""

    picture: bool
    text: bool
    multimodal: bool
    strategy: str


@dataclass(frozen=True)
class Step:
    """One step of the way.

    sentences: what happens and why, with the numbers of this run. warnings: what to be wary of.
    """

    sentences: tuple[str, ...]
    formula: str
    tensors: tuple[Named, ...] = ()
    figures: tuple[Figure, ...] = ()
    bars: tuple[Bars, ...] = ()
    chips: tuple[Chip, ...] = ()
    curves: Curves | None = None
    fork: Fork | None = None
    warnings: tuple[str, ...] = ()


def named(name: str, tensor: Tensor, says: str) -> Named:
    """A tensor with the shape that it has."""
    return Named(name, tuple(tensor.shape), says)
