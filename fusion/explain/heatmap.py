"""Maps as numbers and colours: what the page draws, and its two palettes."""

from functools import cache

import numpy as np
from matplotlib import colormaps
from PIL import Image

from fusion.answer import AttentionMaps

COLORMAP = "plasma"  # perceptually uniform, readable with any colour vision and in grey
SIGNED = "RdBu_r"  # ColorBrewer's: blue against, red for; told apart with any colour vision
# Share of the opacity that a patch without attention keeps: it dims the picture, yet does not hide it.
FLOOR = 0.3


def with_means(weights: np.ndarray) -> np.ndarray:
    """(layers, heads, words, rows, columns), each of the first three axes led by its mean at index 0."""
    for axis in range(3):
        weights = np.concatenate([weights.mean(axis, keepdims=True), weights], axis)
    return weights


def levels(maps: np.ndarray) -> np.ndarray:
    """(..., rows, columns) as shares of each map's own maximum, 0 to 1; a map of zeros stays zero."""
    peak = maps.max((-2, -1), keepdims=True)
    return np.divide(maps, peak, out=np.zeros(maps.shape), where=peak > 0)


def halves(maps: AttentionMaps) -> np.ndarray:
    """Every map with the means, as `with_means` lays them out, in half precision, little-endian.

    A weight keeps its first three digits; one below 6e-8 becomes 0.
    """
    return with_means(maps.weights).astype("<f2")


def sharpest(maps: AttentionMaps) -> int:
    """Index of the word whose mean map over layers and heads has the greatest weight."""
    return int(maps.weights.mean((0, 1)).max((1, 2)).argmax())


def overlay(picture: Image.Image, relevance: np.ndarray) -> Image.Image:
    """An RGB picture under what speaks for an answer, (rows, columns), in its own proportions."""
    return Image.alpha_composite(picture.convert("RGBA"), veil(relevance, picture.size)).convert("RGB")


def veil(relevance: np.ndarray, size: tuple[int, int]) -> Image.Image:
    """What `overlay` lays over a picture of that size in pixels, in RGBA."""
    level = np.rint(255 * levels(np.clip(relevance, 0, None))).astype(np.uint8)
    smooth = Image.fromarray(level).resize(size, Image.Resampling.BICUBIC)
    return Image.fromarray(np.asarray(palette())[0][np.asarray(smooth)])


@cache
def palette() -> Image.Image:
    """The colours of the levels from 0 to 1, 256 x 1 pixels in RGBA; the higher, the more opaque."""
    return _colours(COLORMAP, np.linspace(0, 1, 256))


@cache
def signed_palette() -> Image.Image:
    """The same from -1, against, to 1, for: the further from 0, the more opaque."""
    return _colours(SIGNED, np.abs(np.linspace(-1, 1, 256)))


def _colours(colormap: str, strength: np.ndarray) -> Image.Image:
    rgba = colormaps[colormap](np.linspace(0, 1, 256))
    rgba[:, 3] = FLOOR + (1 - FLOOR) * strength
    return Image.fromarray(np.rint(rgba * 255).astype(np.uint8)[None])
