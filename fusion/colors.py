"""The eleven basic colour terms of English, and how well each fits a pixel.

Berlin and Kay 1969 for the terms; the survey of colour names of Munroe 2010, which matplotlib carries, says
where in CIELAB people use each term.
"""

from functools import cache

import numpy as np
import torch
import torch.nn.functional as F
from matplotlib.colors import XKCD_COLORS, to_rgb
from PIL import Image, ImageCms
from torch import Tensor

COLORS = ("black", "white", "gray", "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown")
STEPS = 32  # of each of red, green and blue in the table
NEIGHBOURS = 9
SPREAD = 8.0  # CIELAB units at which a surveyed name counts about a third
MAIN_SHARE = 0.25  # of the opaque pixels, from which a colour is one of the main ones
# Of things, in CIELAB: lightness of black and of white, and the chroma below which no hue is seen.
BLACK, NEARLY_BLACK, WHITE = 14.0, 24.0, 72.0
VIVID = 25.0
_NO_HUE = ((40, 60, 70), (9, 10, 13))
# The survey has few names for these: greys from dark to light stand beside them.
_GREYS = {"black": (0, 12, 24, 36), "gray": (90, 110, 130, 150, 170, 190), "white": (225, 235, 245, 255)}


def basic_colors(pixels: Tensor) -> Tensor:
    """(..., 3) uint8 RGB to (..., 11) how well each of COLORS fits, summing to 1."""
    at = pixels.long() * STEPS // 256
    return _table()[at[..., 0], at[..., 1], at[..., 2]]


def color_names(rgb: np.ndarray) -> np.ndarray:
    """(N, 3) uint8 RGB to (N,) the index into COLORS of what people call such a pixel of a thing.

    The survey asked about plain patches. Things are shaded, and a colour is seen through its shade (van de
    Weijer et al. 2009, "Learning Color Names for Real-World Applications"): whatever has a hue is named by
    it, what has none is white or gray by its lightness, and the darkest is black.
    """
    lightness, a, b = _lab(rgb).numpy().T
    chroma = np.hypot(a, b)
    fits = basic_colors(torch.from_numpy(np.array(rgb)))
    fits[:, [COLORS.index(term) for term in _GREYS]] = 0
    plain = (chroma < np.interp(lightness, *_NO_HUE)) | (fits.sum(1) == 0).numpy()
    pale = np.where(lightness > WHITE, COLORS.index("white"), COLORS.index("gray"))
    names = np.where(plain, pale, fits.argmax(dim=1).numpy())
    dark = (lightness < BLACK) | ((lightness < NEARLY_BLACK) & (chroma < VIVID))
    return np.where(dark, COLORS.index("black"), names)


def dominant_colors(picture_rgba: Image.Image) -> tuple[str, ...]:
    """The terms of at least MAIN_SHARE of the opaque pixels of an RGBA picture, most first; may be empty."""
    pixels = np.asarray(picture_rgba)
    opaque = pixels[pixels[..., 3] >= 128, :3]  # (N, 3)
    counts = np.bincount(color_names(opaque), minlength=len(COLORS))
    best_first = np.argsort(-counts, kind="stable")
    return tuple(COLORS[i] for i in best_first if counts[i] and counts[i] >= MAIN_SHARE * len(opaque))


def thing_colors(pixels: Tensor) -> Tensor:
    """(..., 3) uint8 RGB to (..., 11) which of COLORS a pixel of a thing has, as `color_names`: 0 or 1."""
    at = pixels.long() * STEPS // 256
    return F.one_hot(_names()[at[..., 0], at[..., 1], at[..., 2]], len(COLORS)).float()


@cache
def _names() -> Tensor:
    """(STEPS, STEPS, STEPS) by the middle of each cell."""
    names = color_names(_cells().astype(np.uint8))
    return torch.from_numpy(names).reshape(STEPS, STEPS, STEPS)


def _cells() -> np.ndarray:
    """(STEPS ** 3, 3) RGB of the middles of the cells."""
    axis = (np.arange(STEPS) + 0.5) * 256 / STEPS
    return np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)


@cache
def _table() -> Tensor:
    """(STEPS, STEPS, STEPS, 11), by the nearest names of the survey."""
    cells = _lab(_cells())
    known, terms = _surveyed()
    distance = torch.cdist(cells, _lab(known))  # (STEPS ** 3, names)
    near = distance.topk(NEIGHBOURS, largest=False)
    weights = torch.softmax(-(near.values**2) / (2 * SPREAD**2), dim=1)
    shares = torch.zeros(len(cells), len(COLORS)).scatter_add_(1, terms[near.indices], weights)
    return shares.reshape(STEPS, STEPS, STEPS, -1)


def _surveyed() -> tuple[np.ndarray, Tensor]:
    """RGB of the surveyed names that end in a basic term, (names, 3) in 0..255, and the term of each."""
    rgb, terms = [], []
    for name, code in XKCD_COLORS.items():
        term = name.split(":")[1].replace("grey", "gray").split()[-1]
        if term in COLORS:
            rgb.append([255 * x for x in to_rgb(code)])
            terms.append(COLORS.index(term))
    for term, levels in _GREYS.items():
        rgb += [[level] * 3 for level in levels]
        terms += [COLORS.index(term)] * len(levels)
    return np.array(rgb), torch.tensor(terms)


def _lab(rgb: np.ndarray) -> Tensor:
    """(N, 3) RGB in 0..255 to CIELAB."""
    row = Image.fromarray(np.rint(rgb).clip(0, 255).astype(np.uint8)[None])
    converted = ImageCms.applyTransform(row, _to_lab())
    assert converted is not None
    lab = np.asarray(converted)[0].astype(np.float32)
    signed = (lab[:, 1:] + 128) % 256 - 128
    return torch.from_numpy(np.concatenate([lab[:, :1] * 100 / 255, signed], axis=1))


@cache
def _to_lab() -> ImageCms.ImageCmsTransform:
    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    return ImageCms.buildTransform(*profiles, "RGB", "LAB")
