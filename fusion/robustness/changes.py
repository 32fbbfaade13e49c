"""Ways to spoil a picture or a text, each by a level from 0, where nothing happens, and the same each time.

For pictures after ImageNet-C (Hendrycks and Dietterich 2019, arXiv 1903.12261), for word order after Sinha et
al. 2021, arXiv 2104.06644.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

from fusion.errors import UserError
from fusion.inputs import content_key
from fusion.language import later, say

T = TypeVar("T", Image.Image, str)


@dataclass(frozen=True)
class Kind(Generic[T]):
    """A kind of change.

    title, told, scale: to be shown by `say`. told: what it did, in words, with `{level}` in percent where it
    has any. levels: those that
    are measured, from little to the most there is. scale: what a level is, in percent; "" where it is all or
    nothing. apply: the changed input, from the whole one, a level above 0 and what draws.
    """

    name: str
    title: str
    told: str
    levels: tuple[float, ...]
    scale: str
    apply: Callable[[T, float, np.random.Generator], T | None]

    @property
    def takes_all(self) -> bool:
        """Whether nothing is left of the input."""
        return self.apply in (_no_picture, _no_text)


@dataclass(frozen=True)
class Change:
    """A kind of change by name, at a level; "" is none."""

    name: str = ""
    level: float = 0.0

    @property
    def is_none(self) -> bool:
        return not self.name or self.level == 0

    @property
    def told(self) -> str:
        """In words, what became of the picture or of the words, to be shown by `say`."""
        if self.is_none:
            return later("as given")
        kind = PICTURE[self.name] if self.name in PICTURE else TEXT[self.name]
        return later(kind.told, level=100 * self.level)


def changed_picture(picture: Image.Image, change: Change, seed: int = 0) -> Image.Image | None:
    """A cleaned picture after the change, the same for the same picture, change and seed; None where it is
    gone. Raises UserError for a kind or a level that there is not."""
    return _changed(PICTURE, picture, change, seed)


def changed_text(text: str, change: Change, seed: int = 0) -> str:
    """The same of a cleaned text, "" where no word is left."""
    return _changed(TEXT, text, change, seed) or ""


def _changed(kinds: dict[str, Kind[T]], given: T, change: Change, seed: int) -> T | None:
    if change.is_none:
        return given
    if change.name not in kinds:
        raise UserError(
            say(
                "There is no change named {name!r}; choose one of: {known}.",
                name=change.name,
                known=", ".join(kinds),
            )
        )
    kind = kinds[change.name]
    if not 0 <= change.level <= kind.levels[-1]:
        raise UserError(
            say("The level of {name} must be from 0 to {most:g}.", name=kind.name, most=kind.levels[-1])
        )
    digest = hashlib.sha256(f"{seed} {content_key(given)}".encode()).digest()
    return kind.apply(given, change.level, np.random.default_rng(int.from_bytes(digest[:8], "big")))


def _blur(picture: Image.Image, level: float, _: np.random.Generator) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(level * min(picture.size)))


def _grey(picture: Image.Image, level: float, _: np.random.Generator) -> Image.Image:
    return ImageEnhance.Color(picture).enhance(1 - level)


def _noise(picture: Image.Image, level: float, draws: np.random.Generator) -> Image.Image:
    values = np.asarray(picture, dtype=np.float32)  # (rows, columns, 3)
    spoiled = values + draws.normal(0, 255 * level, values.shape).astype(np.float32)
    return Image.fromarray(np.rint(spoiled.clip(0, 255)).astype(np.uint8))


def _drop(text: str, level: float, draws: np.random.Generator) -> str:
    """The words that a higher level drops are those of a lower one and more."""
    words = text.split()
    gone = set(draws.permutation(len(words))[: round(level * len(words))].tolist())
    return " ".join(word for i, word in enumerate(words) if i not in gone)


def _shuffle(text: str, _: float, draws: np.random.Generator) -> str:
    """In another order wherever there is another one."""
    words = text.split()
    order = [words[i] for i in draws.permutation(len(words))]
    return " ".join(order if order != words else order[1:] + order[:1])


def _no_picture(_: Image.Image, __: float, ___: np.random.Generator) -> None:
    return None


def _no_text(_: str, __: float, ___: np.random.Generator) -> None:
    return None


_ALL = (1.0,)
PICTURE: dict[str, Kind[Image.Image]] = {
    kind.name: kind
    for kind in (
        Kind(
            "blur", later("blurred"), later("blurred with a radius of {level:.0f} % of its shorter side"),
            (0.01, 0.02, 0.04, 0.08), later("Radius, % of the shorter side"), _blur,
        ),
        Kind("grey", later("grey"), later("without its colours"), _ALL, "", _grey),
        Kind(
            "noise", later("noisy"), later("with noise, its spread {level:.0f} % of the range of values"),
            (0.1, 0.2, 0.4), later("Spread, % of the range of values"), _noise,
        ),
        Kind("no-picture", later("missing"), later("missing"), _ALL, "", _no_picture),
    )
}  # fmt: skip
TEXT: dict[str, Kind[str]] = {
    kind.name: kind
    for kind in (
        Kind(
            "drop-words",
            later("dropped"),
            later("{level:.0f} % dropped"),
            (0.25, 0.5, 0.75),
            later("% of the words dropped"),
            _drop,
        ),
        Kind("shuffle-words", later("shuffled"), later("in another order"), _ALL, "", _shuffle),
        Kind("no-text", later("missing"), later("missing"), _ALL, "", _no_text),
    )
}
