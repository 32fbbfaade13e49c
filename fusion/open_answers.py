"""Answers that share strength: scored by what their words mean as well as each by itself."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize


class _Told(nn.Module):
    """An output layer's rows as the sum of their own and of what the answers' vectors E say: W + E R."""

    vectors: Tensor

    def __init__(self, vectors: Tensor, width: int) -> None:
        super().__init__()
        self.register_buffer("vectors", vectors, persistent=False)  # (classes, E)
        self.read = nn.Parameter(torch.randn(vectors.shape[1], width) * vectors.shape[1] ** -0.5)

    def forward(self, weight: Tensor) -> Tensor:
        return weight + self.vectors @ self.read


@contextmanager
def told_answers(out: nn.Linear, vectors: Tensor | None) -> Iterator[None]:
    """While in the block, train `out` (width -> classes) with the answers' text vectors (classes, E).

    What was learned is one plain linear layer afterwards. The common map R lets answers that mean alike be
    learned from each other, as in DeViSE (Frome et al. 2013). None leaves the layer as it is.
    """
    if vectors is None:
        yield
        return
    unit = nn.functional.normalize(vectors - vectors.mean(0), dim=1)
    parametrize.register_parametrization(out, "weight", _Told(unit.to(out.weight), out.in_features))
    try:
        yield
    finally:
        parametrize.remove_parametrizations(out, "weight", leave_parametrized=True)
