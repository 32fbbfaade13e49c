"""How much pictures count beside texts: two modalities are taken as independent, unless one misleads."""

from collections.abc import Mapping
from itertools import product
from math import log2

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from fusion.teach.cache_model import PULL, LeftOut

WEIGHTS = (1.0, 0.5, 0.25, 0.125)  # each halving costs PULL times the square of how many there are


def balanced(
    told: Mapping[str, LeftOut], rows: Mapping[str, Tensor], labels: Tensor
) -> tuple[dict[str, float], Tensor]:
    """The weight of each modality under which the examples that are left out are told best, and (N, classes)
    how each is told by the weights that the others choose.

    rows: which of the examples, labels (N,), each modality has.
    """
    if len(told) == 1:
        ((modality, only),) = told.items()
        return {modality: 1.0}, only.honest  # every example has it
    tried = list(product(WEIGHTS, repeat=len(told)))
    losses = torch.stack([_loss(told, rows, labels, weights) for weights in tried])  # (tried, N)
    surprise = torch.tensor([PULL * sum(log2(weight) ** 2 for weight in weights) for weights in tried])
    total = losses.sum(1) + surprise
    others = (total[:, None] - losses).argmin(0)  # (N,)
    chosen = torch.tensor(tried)[others]  # (N, modalities)
    honest = torch.zeros(len(labels), _classes(told))
    for i, modality in enumerate(told):
        at = rows[modality]
        honest[at] += chosen[at, i, None] * told[modality].honest
    return dict(zip(told, tried[int(total.argmin())], strict=True)), honest


def _loss(
    told: Mapping[str, LeftOut], rows: Mapping[str, Tensor], labels: Tensor, weights: tuple[float, ...]
) -> Tensor:
    """(N,) of each example, left out."""
    logits = torch.zeros(len(labels), _classes(told))
    for (modality, found), weight in zip(told.items(), weights, strict=True):
        logits[rows[modality]] += weight * found.logits
    return cross_entropy(logits, labels, reduction="none")


def _classes(told: Mapping[str, LeftOut]) -> int:
    return next(iter(told.values())).logits.shape[1]
