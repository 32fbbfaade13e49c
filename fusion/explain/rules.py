"""The relevance rules of Chefer et al. 2021, arXiv 2103.15679, as functions of plain matrices.

R (T, T) holds how relevant each token is for each other, both modalities side by side; it starts as the
identity. s and q are the places of the tokens that read and of those that are read.
"""

from collections.abc import Sequence

import torch
from torch import Tensor


def weighted_by_gradient(weights: Tensor, gradients: Tensor) -> Tensor:
    """Equation 5: (..., heads, Q, K) twice to (..., Q, K), over the heads what speaks for the score."""
    return (weights * gradients).clamp(min=0).mean(-3)


def normalised(own: Tensor) -> Tensor:
    """Equations 8 and 9: (S, S), what self-attention has added to the identity, each row as shares of 1."""
    added = own - torch.eye(len(own), device=own.device)
    return added / added.sum(1, keepdim=True).clamp(min=1e-12) + torch.eye(len(own), device=own.device)


def read_own(relevance: Tensor, s: Tensor, weights: Tensor) -> Tensor:
    """Equations 6 and 7: what self-attention (S, S) makes of the rows s of R; gives these rows (S, T)."""
    return relevance[s] + weights @ relevance[s]


def read_other(relevance: Tensor, s: Tensor, q: Tensor, weights: Tensor) -> Tensor:
    """Equations 10 and 11: what reading another modality with (S, Q) makes of the rows s of R: (S, T)."""
    rows, read = relevance[s], relevance[q]
    own, other = normalised(rows.index_select(1, s)), normalised(read.index_select(1, q))
    to_own = weights @ read.index_select(1, s)
    return rows.index_add(1, q, own.T @ weights @ other).index_add_(1, s, to_own)


def together(relevance: Tensor, updates: Sequence[tuple[Tensor, Tensor]]) -> Tensor:
    """R with new rows from reads that started at the same time: (places, rows) each; a token that read more
    than once holds the mean, as its strategy averages it."""
    total, times = torch.zeros_like(relevance), relevance.new_zeros(len(relevance), 1)
    for at, rows in updates:
        total.index_add_(0, at, rows)
        times[at] += 1
    return torch.where(times > 0, total / times.clamp(min=1), relevance)
