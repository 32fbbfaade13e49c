"""The contract of every encoder, and what they share."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

from PIL import Image
from torch import Tensor

from fusion.errors import UserError
from fusion.language import say
from fusion.registry import Registry
from fusion.tokens import Tokens
from fusion.weights import Weights


@dataclass(frozen=True)
class Thing:
    """A name of the vocabulary and where it is, box (left, top, right, bottom) in shares of the picture."""

    name: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class Imagined:
    """An RGB picture, and things to encode as if they stood in it."""

    picture: Image.Image
    things: tuple[Thing, ...]


class Encoder(Protocol):
    """A frozen model that turns a batch of cleaned inputs into Tokens, on the CPU, in float32."""

    width: int

    def encode(self, batch: Sequence[Any]) -> Tokens:
        """A batch of RGB pictures or of texts, at least one, to Tokens of its length."""
        ...


@runtime_checkable
class Featured(Protocol):
    """An encoder of pictures that has a classifier of its own, and tells what that reads."""

    def features(self, batch: Sequence[Image.Image]) -> Tensor:
        """(B, D) of RGB pictures of one size, on the CPU, in float32."""
        ...


@dataclass(frozen=True)
class EncoderRecord:
    """A registered encoder.

    modality: what it reads; "both" where pictures and texts go into one model.
    width: D of its tokens, with the weights that are pinned.
    build: loads it; raises UserError where its weights are missing or are not what they should be.
    version: changes whenever its tokens change, so that caches and checkpoints notice.
    imagines: whether it encodes `Imagined` things too.
    space, common: the name of a space that encoders of the other modality share, and how many of the leading
    channels stand in it; "" and 0 where there is none.
    weights: those that a model hub keeps; None where they are shipped.
    preferred_for: the modality that it encodes by default where its weights and a checkpoint are at hand.
    languages: that it reads, one at least for each script that it knows.
    """

    name: str
    modality: Literal["image", "text", "both"]
    summary: str
    width: int
    build: Callable[[], Encoder]
    version: int = 1
    imagines: bool = False
    space: str = ""
    common: int = 0
    weights: Weights | None = None
    preferred_for: Literal["", "image", "text"] = ""
    languages: tuple[str, ...] = ("en",)

    def reads(self, modality: str) -> bool:
        """Whether it encodes pictures ("image") or texts ("text")."""
        return self.modality in (modality, "both")

    @property
    def at_hand(self) -> bool:
        """Whether its weights are on this machine."""
        return self.weights is None or self.weights.found() is not None

    @property
    def identity(self) -> str:
        """Changes whenever its tokens change, because of the code or because of the weights at hand."""
        return str(self.version) if self.weights is None else f"{self.version}-{self.weights.fingerprint()}"


ENCODERS: Registry[EncoderRecord] = Registry("encoder")


def packaged_file(package: str, suffix: str, sha256: str) -> Path:
    """The weight file that ends in `suffix` inside an installed package, its content verified.

    The package's code is never imported. Raises UserError when the package is missing or the file is not
    the one expected.
    """
    try:
        files = metadata.files(package) or []
    except metadata.PackageNotFoundError:
        raise UserError(
            say("The package {package} is not installed; install requirements.txt.", package=package)
        ) from None
    found = [Path(str(file.locate())) for file in files if str(file).endswith(suffix)]
    if not found or not found[0].is_file():
        raise UserError(
            say("The package {package} lacks its weight file; install it again.", package=package)
        )
    with found[0].open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != sha256:
        raise UserError(
            say("The weight file of {package} is not the expected one; install it again.", package=package)
        )
    return found[0]


def common_channels(image: str, text: str) -> int:
    """How many leading channels the tokens of two encoders have in one space; 0 where they share none."""
    first, second = ENCODERS[image], ENCODERS[text]
    return min(first.common, second.common) if first.space and first.space == second.space else 0
