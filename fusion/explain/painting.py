"""Pictures with parts painted out, as if what was there were not: filled in from what lies around."""

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

Box = tuple[float, float, float, float]  # left, top, right, bottom in shares of the picture

FINE = 256  # pixels a side at which the colours that fill in are worked out; they are smooth


def paint_out(picture: Image.Image, boxes: Sequence[Box]) -> Image.Image:
    """An RGB picture with what lies in the boxes painted over, each other pixel as it was.

    The colours run in from around (push-pull, Gortler et al. 1996, doi 10.1145/237170.237200), so that
    neither a thing nor a hard edge is left to be recognised. Where nothing is left around, the picture's mean
    fills in.
    """
    out = covered(picture.size, boxes)
    if not out.any():
        return picture
    mask = Image.fromarray(out)
    factor = -(-max(picture.size) // FINE)
    share = 1 - _reduced(mask.convert("L"), factor) / 255  # (1, 1, rows, columns)
    left = Image.composite(Image.new("RGB", picture.size), picture, mask)
    known = (share > 0.5).float()  # eight bits tell too little of a smaller share
    if not known.any():
        mean = np.asarray(picture).mean((0, 1)).round().astype(int).tolist()
        return Image.composite(Image.new("RGB", picture.size, tuple(mean)), picture, mask)
    filled = _filled(known * _reduced(left, factor) / share.clamp(min=0.5), known)
    pixels = filled[0].permute(1, 2, 0).clamp(0, 255).round().byte().numpy()
    over = Image.fromarray(pixels).resize(picture.size, Image.Resampling.BILINEAR)
    return Image.composite(over, picture, mask)


def covered(size: tuple[int, int], boxes: Sequence[Box]) -> np.ndarray:
    """(height, width) true for the pixels of a picture of size (width, height) that any box covers: at least
    one for each."""
    width, height = size
    found = np.zeros((height, width), dtype=bool)
    for left, top, right, bottom in boxes:
        found[_span(top, bottom, height), _span(left, right, width)] = True
    return found


def _span(low: float, high: float, n: int) -> slice:
    start = min(round(low * n), n - 1)
    return slice(start, max(round(high * n), start + 1))


def _reduced(picture: Image.Image, factor: int) -> Tensor:
    """(1, bands, rows, columns) means over squares of that many pixels a side, 0 to 255."""
    values = torch.from_numpy(np.array(picture.reduce(factor), dtype=np.float32))
    return values.reshape(*values.shape[:2], -1).permute(2, 0, 1)[None]


def _filled(colours: Tensor, known: Tensor) -> Tensor:
    """Colours (1, 3, h, w), each as far as known (1, 1, h, w) says, and beyond that those of a picture half
    as large, filled in the same way."""
    if max(known.shape) == 1 or known.min() == 1:
        return colours
    share = F.avg_pool2d(known, 2, ceil_mode=True)
    half = F.avg_pool2d(colours * known, 2, ceil_mode=True) / share.clamp(min=1e-9)
    coarse = _filled(half, (4 * share).clamp(max=1))
    around = F.interpolate(coarse, size=known.shape[2:], mode="bilinear", align_corners=False)
    return known * colours + (1 - known) * around
