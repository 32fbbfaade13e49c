"""Can an explanation be believed? What it marks is taken away, or given alone, and the answer is watched.

Deletion and insertion curves: Petsiuk et al. 2018, arXiv 1806.07421. Patches give way to typical tokens;
words are struck from the text, which is encoded anew.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from fusion.explain.base import Case

STEPS = 16
RANDOM = 8  # orders


@dataclass(frozen=True)
class Curves:
    """The answer's probability while an order of tokens is followed.

    shares: (S,) of the tokens, from 0 to 1. deletion: (S,) with that share taken away, the first first;
    insertion: (S,) with that share given alone. flips: the share whose taking away changes the answer, 1
    where only all of it would or nothing does.
    """

    shares: Tensor
    deletion: Tensor
    insertion: Tensor
    flips: float

    @property
    def deletion_auc(self) -> float:
        """Area under the curve, 0 to 1; the lower, the more the answer rested on what came first."""
        return float(torch.trapezoid(self.deletion, self.shares))

    @property
    def insertion_auc(self) -> float:
        """Area under the curve, 0 to 1; the higher, the more what came first is enough for the answer."""
        return float(torch.trapezoid(self.insertion, self.shares))


def patch_curves(case: Case, orders: Sequence[Tensor], steps: int = STEPS) -> list[Curves]:
    """Curves over patches, each order (N,) the most relevant first, in at most `steps` equal steps."""
    return _curves(case, orders, steps, case.with_patches)


def word_curves(case: Case, orders: Sequence[Tensor], steps: int = STEPS) -> list[Curves]:
    """Curves over words, each order (M,) the most relevant first, in at most `steps` equal steps."""
    return _curves(case, orders, steps, case.with_words)


def _curves(
    case: Case, orders: Sequence[Tensor], steps: int, probabilities: Callable[[Tensor], Tensor]
) -> list[Curves]:
    n = len(orders[0])
    counts = torch.linspace(0, n, min(steps, n) + 1).round().long()
    # (orders, 2, S, n): what is kept while deleting, and while inserting; the same set is asked once.
    ranks = torch.stack([order.argsort() for order in orders]).cpu()[:, None, None]  # (orders, 1, 1, n)
    first = ranks < counts[:, None]
    keep = torch.cat([~first, first], dim=1)
    different, where = torch.unique(keep.reshape(-1, n), dim=0, return_inverse=True)
    found = probabilities(different.to(case.image.mask.device)).cpu()[where]
    found = found.reshape(len(orders), 2, len(counts), -1)
    shares = counts / n
    curves = []
    for deleting, inserting in found:
        changed = (deleting.argmax(1) != case.target).nonzero()
        flips = float(shares[changed[0, 0]]) if len(changed) else 1.0
        curves.append(Curves(shares, deleting[:, case.target], inserting[:, case.target], flips))
    return curves


def order(relevance: Tensor) -> Tensor:
    """(N,) places, the most relevant first; those alike in their own order."""
    return torch.argsort(relevance, descending=True, stable=True)


def random_orders(n: int, count: int = RANDOM) -> list[Tensor]:
    """Orders of n tokens at random, the same each time."""
    generator = torch.Generator().manual_seed(0)
    return [torch.randperm(n, generator=generator) for _ in range(count)]
