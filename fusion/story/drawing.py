"""Numbers as small pictures, in a colormap that any colour vision reads."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from matplotlib import colormaps
from PIL import Image, ImageDraw
from torch import Tensor

from fusion.explain.heatmap import overlay
from fusion.story.step import Figure, Kind

COLORMAP = "cividis"  # Nuñez, Anderton and Renslow 2018, doi 10.1371/journal.pone.0199239
THUMB = 420  # pixels of a picture's longer side
EXTREMES = (1, 99)  # percentiles that the ends of the colours stand for: one number must not dim all others
COLUMNS = 128  # channels of a matrix that are drawn


def thumbnail(picture: Image.Image, side: int = THUMB) -> Image.Image:
    """A copy that is not larger than `side`."""
    small = picture.copy()
    small.thumbnail((side, side))
    return small


def gridded(picture: Image.Image, grid: Sequence[int]) -> Image.Image:
    """The picture under the lines of a grid (rows, columns)."""
    scale = THUMB / max(picture.size)
    shown = picture.resize((round(picture.width * scale), round(picture.height * scale)))
    draw = ImageDraw.Draw(shown, "RGBA")
    rows, columns = grid
    for i in range(1, rows):
        y = round(i * shown.height / rows)
        draw.line((0, y, shown.width, y), fill=(255, 255, 255, 190))
    for i in range(1, columns):
        x = round(i * shown.width / columns)
        draw.line((x, 0, x, shown.height), fill=(255, 255, 255, 190))
    return shown


def coloured(values: Tensor, kind: Kind, caption: str, like: Tensor | None = None) -> Figure:
    """(rows, columns) of numbers as colours. like: numbers that set the scale in their place."""
    numbers = values.detach().float().numpy()
    scale = numbers if like is None else like.detach().float().numpy()
    low, high = (float(end) for end in np.percentile(scale, EXTREMES))
    share = (numbers - low) / ((high - low) or 1.0)
    pixels = np.rint(255 * colormaps[COLORMAP](np.clip(share, 0, 1))[..., :3]).astype(np.uint8)
    return Figure(kind, Image.fromarray(pixels), caption, (low, high))


def strip(vector: Tensor, caption: str, like: Tensor | None = None) -> Figure:
    """(1, d) as one row of colours."""
    return coloured(vector, "strip", caption, like)


def matrix(tokens: Tensor, caption: str) -> Figure:
    """(N, d), a row a token, its first channels."""
    return coloured(tokens[:, :COLUMNS], "matrix", caption)


def patch_map(values: Tensor, grid: Sequence[int], picture: Image.Image, caption: str) -> Figure:
    """(N,) numbers, one a patch, in the proportions of the picture."""
    figure = coloured(values.reshape(*grid), "map", caption)
    size = thumbnail(picture).size
    return replace(figure, picture=figure.picture.resize(size, Image.Resampling.NEAREST))


def channels(pixels: Tensor) -> tuple[Image.Image, ...]:
    """(3, rows, columns) of any numbers as three small pictures on one scale."""
    wide = pixels.permute(1, 0, 2).flatten(1)  # (rows, 3 columns)
    whole = coloured(wide, "photo", "").picture
    width = pixels.shape[2]
    parts = (whole.crop((i * width, 0, (i + 1) * width, whole.height)) for i in range(len(pixels)))
    return tuple(thumbnail(part, THUMB // 2) for part in parts)


def looked_at(picture: Image.Image, attention: np.ndarray, caption: str) -> Figure:
    """A picture under an attention map (rows, columns)."""
    return Figure("photo", overlay(thumbnail(picture, THUMB // 2), attention), caption)
