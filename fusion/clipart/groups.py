"""Groups of drawings that are one in variants, so that none is tested on what was trained on."""

from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image, ImageChops
from scipy.ndimage import gaussian_filter
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

SIDE = 32  # pixels of the thumbnail that is compared
BLUR = 1.0  # pixels
FULL = 48.0  # a step between neighbours that counts as a whole edge, of 255
INK = [0] * 8 + [255] * 248  # how far from white a pixel is drawn
SAME_LOOK = 0.87  # cosine from which two drawings look alike
SAME_SHAPE = 0.15  # difference of the logarithms of their ratios of width to height


def trimmed(picture: Image.Image) -> Image.Image | None:
    """An RGB drawing on white without its margin, None for a blank one."""
    ground = Image.new("RGB", picture.size, "white")
    box = ImageChops.difference(picture, ground).convert("L").point(INK).getbbox()
    return None if box is None else picture.crop(box)


def look(picture: Image.Image) -> tuple[np.ndarray, float]:
    """Where the edges of an RGB drawing on white are, (SIDE * SIDE,) of length 1, and the logarithm of its
    ratio of width to height; without its margin.

    Edges say neither colour nor size, so a recoloured or resized copy looks alike. A blank one is all zeros.
    """
    cut = trimmed(picture)
    cut = picture if cut is None else cut
    small = np.asarray(cut.resize((SIDE, SIDE), Image.Resampling.BOX), dtype=np.float32)
    small = np.pad(small, ((1, 1), (1, 1), (0, 0)), constant_values=255)  # an outline is an edge too
    across = np.abs(np.diff(small, axis=1))[1:].max(2)  # (SIDE + 1, SIDE + 1)
    down = np.abs(np.diff(small, axis=0))[:, 1:].max(2)
    edges = np.minimum(np.hypot(across, down) / FULL, 1.0)[:SIDE, :SIDE]
    smooth = gaussian_filter(edges, BLUR)
    smooth -= smooth.mean()
    length = np.linalg.norm(smooth)
    return (smooth / max(length, 1e-6)).ravel().astype(np.float32), float(np.log(cut.width / cut.height))


def alike(looks: Sequence[tuple[np.ndarray, float]]) -> list[tuple[int, int]]:
    """Every pair of positions whose drawings look alike."""
    edges = np.stack([edge for edge, _ in looks])
    ratios = np.array([ratio for _, ratio in looks])
    close = (edges @ edges.T >= SAME_LOOK) & (np.abs(ratios[:, None] - ratios) <= SAME_SHAPE)
    return [(int(i), int(j)) for i, j in np.argwhere(np.triu(close, 1))]


def groups(n: int, pairs: Iterable[tuple[int, int]], keys: Iterable[Sequence[str]]) -> list[int]:
    """A group for each of `n` drawings: those of a pair, and those with the same key, are in one.

    keys: lists of a key for each drawing, "" where it has none.
    """
    joined = list(pairs)
    for told in keys:
        first: dict[str, int] = {}
        joined += [(first.setdefault(key, i), i) for i, key in enumerate(told) if key]
    one, other = np.array(joined or [(0, 0)]).T
    graph = coo_matrix((np.ones(len(one)), (one, other)), shape=(n, n))
    return connected_components(graph, directed=False)[1].tolist()
