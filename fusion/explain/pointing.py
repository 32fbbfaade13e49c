"""Does the attention fall on what the words name? Measured where the place of the object is known."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from fusion.data.samples import Samples
from fusion.device import device
from fusion.encoders import load_encoder
from fusion.inputs import clean_text
from fusion.intervals import bootstrap
from fusion.model import FusionModel
from fusion.tasks import Example, Region

BATCH = 64
TOLERANCE = 0.05  # of the picture's side: the 15 pixels of the pointing game, of a picture of 300


def attention_on_objects(
    model: FusionModel,
    text_encoder: str,
    samples: Samples,
    examples: Sequence[Example],
    regions: Mapping[int, Region],
) -> dict[str, Any] | None:
    """Attention inside each object's box, over the box's share of the picture's area; 1 is chance.

    The map of a question is the mean over the layers and heads of the words that name the object, as the
    page shows it at first. regions: by position in `samples` and `examples`, which go in step. Returns the
    mean of the ratios, its 95 % bootstrap interval, the median and n; None for a strategy without attention.
    """
    if not regions:
        return None
    encoder = load_encoder(text_encoder)
    ratios: list[float] = []
    for part in torch.tensor(list(regions), dtype=torch.long).split(BATCH):
        image = samples.images.read(samples.image_rows[part])
        text = encoder.encode([clean_text(examples[i].text) for i in part.tolist()])
        with torch.inference_mode():
            attention = model(image.to(device()), text.to(device()))[1].attention
        grid = model.seen_grid(image)
        if attention is None or grid is None or text.words is None:
            return None
        for i, weights, words in zip(part.tolist(), attention.mean((1, 2)).cpu(), text.words, strict=True):
            named = [k for k, word in enumerate(words) if word in regions[i].words]
            if not named:  # the encoder cuts the text into other words
                continue
            inside = coverage(regions[i].box, grid[0], grid[1])
            mass = weights[named].mean(0).reshape(inside.shape)
            ratios.append(float((mass * inside).sum() / inside.mean()))
    if not ratios:
        return None
    low, high = bootstrap(np.array(ratios))
    return {
        "mass_over_area": float(np.mean(ratios)),
        "interval": [low, high],
        "median": float(np.median(ratios)),
        "n": len(ratios),
    }


def points_at(
    box: tuple[float, float, float, float],
    relevance: Tensor,
    grid: tuple[int, ...],
    tolerance: float = TOLERANCE,
) -> bool:
    """Whether the middle of the most relevant of the patches (N,) lies on a box of (left, top, right, bottom)
    shares, or within the tolerance: the pointing game of Zhang et al. 2016, arXiv 1608.00507."""
    row, column = divmod(int(relevance.argmax()), grid[1])
    x, y = (column + 0.5) / grid[1], (row + 0.5) / grid[0]
    left, top, right, bottom = box
    return left - tolerance <= x <= right + tolerance and top - tolerance <= y <= bottom + tolerance


def coverage(box: tuple[float, float, float, float], rows: int, columns: int) -> torch.Tensor:
    """(rows, columns) how much of each patch lies in a box of (left, top, right, bottom) shares."""

    def overlap(low: float, high: float, n: int) -> torch.Tensor:
        edges = torch.arange(n + 1) / n
        return (edges[1:].clamp(max=high) - edges[:-1].clamp(min=low)).clamp(min=0) * n

    left, top, right, bottom = box
    return overlap(top, bottom, rows)[:, None] * overlap(left, right, columns)
