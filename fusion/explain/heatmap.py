"""Attention as colours: a sheet of small maps for the page, and its palette."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from matplotlib import colormaps
from PIL import Image

from fusion.answer import AttentionMaps

COLORMAP = "plasma"  # perceptually uniform, readable with any colour vision and in grey
# Share of the opacity that a patch without attention keeps: it dims the picture, yet does not hide it.
FLOOR = 0.3


@dataclass(frozen=True)
class Sheet:
    """Every map of one answer as tiles of one picture.

    image: in L, tiles of rows x columns pixels, 0 to 255 for levels from 0 to 1; a line of tiles for each
        (layer, head), a tile for each word.
    tiles: (layers, heads, words) how many of each, the mean at index 0 counted in.
    peaks: for each tile in that order: the greatest weight, its row and its column.
    sharpest: index of the word whose mean map has the greatest weight.
    """

    image: Image.Image
    words: tuple[str, ...]
    tiles: tuple[int, int, int]
    rows: int
    columns: int
    peaks: tuple[tuple[float, int, int], ...]
    sharpest: int


def with_means(weights: np.ndarray) -> np.ndarray:
    """(layers, heads, words, rows, columns), each of the first three axes led by its mean at index 0."""
    for axis in range(3):
        weights = np.concatenate([weights.mean(axis, keepdims=True), weights], axis)
    return weights


def levels(maps: np.ndarray) -> np.ndarray:
    """(..., rows, columns) as shares of each map's own maximum, 0 to 1; a map of zeros stays zero."""
    peak = maps.max((-2, -1), keepdims=True)
    return np.divide(maps, peak, out=np.zeros(maps.shape), where=peak > 0)


def sheet(maps: AttentionMaps) -> Sheet:
    """The maps, their means over layers, heads and words among them, as one picture of tiles."""
    weights = with_means(maps.weights)
    layers, heads, words, rows, columns = weights.shape
    tiles = np.rint(255 * levels(weights)).astype(np.uint8)
    pixels = tiles.transpose(0, 1, 3, 2, 4).reshape(layers * heads * rows, words * columns)
    flat = weights.reshape(-1, rows * columns)
    places = flat.argmax(1)
    return Sheet(
        image=Image.fromarray(pixels),
        words=maps.words,
        tiles=(layers, heads, words),
        rows=rows,
        columns=columns,
        peaks=tuple(
            (float(weight), int(place) // columns, int(place) % columns)
            for weight, place in zip(flat.max(1), places, strict=True)
        ),
        sharpest=1 + int(weights[0, 0, 1:].max((1, 2)).argmax()),
    )


def overlay(picture: Image.Image, relevance: np.ndarray) -> Image.Image:
    """An RGB picture under what speaks for an answer, (rows, columns), in its own proportions."""
    level = np.rint(255 * levels(np.clip(relevance, 0, None))).astype(np.uint8)
    smooth = Image.fromarray(level).resize(picture.size, Image.Resampling.BICUBIC)
    colors = np.asarray(palette())[0][np.asarray(smooth)]
    return Image.alpha_composite(picture.convert("RGBA"), Image.fromarray(colors)).convert("RGB")


@cache
def palette() -> Image.Image:
    """The colours of the levels from 0 to 1, 256 x 1 pixels in RGBA; the higher, the more opaque."""
    level = np.linspace(0, 1, 256)
    rgba = colormaps[COLORMAP](level)
    rgba[:, 3] = FLOOR + (1 - FLOOR) * level
    return Image.fromarray(np.rint(rgba * 255).astype(np.uint8)[None])
