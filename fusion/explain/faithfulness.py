"""Can an explanation be believed? What it marks is taken away, or given alone, and the answer is watched.

Deletion and insertion curves: Petsiuk et al. 2018, arXiv 1806.07421. Patches give way to typical tokens;
words are struck from the text, which is encoded anew.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import permutations

import torch
from torch import Tensor

from fusion.explain.base import Case

STEPS = 12
WORD_STEPS = 8  # each is a text to encode
RANDOM = 19  # orders: what beats them all does so by chance one time in 20 (Barnard 1963)
EVERY = 6  # of so few tokens every order is followed


@dataclass(frozen=True)
class Curves:
    """The answer's probability while an order of tokens is followed.

    shares: (S,) of the tokens, from 0 to 1. deletion: (S,) with that share taken away, the first first;
    insertion: (S,) with that share given alone. flips: the share whose taking away changes the answer, 1
    where only all of it would or nothing does. never: whether nothing does.
    """

    shares: Tensor
    deletion: Tensor
    insertion: Tensor
    flips: float
    never: bool

    @property
    def deletion_auc(self) -> float:
        """Area under the curve, 0 to 1; the lower, the more the answer rested on what came first."""
        return float(torch.trapezoid(self.deletion, self.shares))

    @property
    def insertion_auc(self) -> float:
        """Area under the curve, 0 to 1; the higher, the more what came first is enough for the answer."""
        return float(torch.trapezoid(self.insertion, self.shares))

    @property
    def gain(self) -> float:
        """How far insertion lies above deletion, -1 to 1: how well the order tells what mattered."""
        return self.insertion_auc - self.deletion_auc


def patch_curves(case: Case, orders: Sequence[Tensor], steps: int = STEPS) -> list[Curves]:
    """Curves over patches, each order (N,) the most relevant first, in at most `steps` equal steps."""
    return _curves(case, orders, steps, case.with_patches)


def word_curves(case: Case, orders: Sequence[Tensor], steps: int = WORD_STEPS) -> list[Curves]:
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
    found = probabilities(different.to(case.image.mask.device)).cpu()
    answer, other = (
        x[where].reshape(len(orders), 2, len(counts))
        for x in (found[:, case.target], found.argmax(1) != case.target)
    )
    shares = counts / n
    curves = []
    for (deleting, inserting), changed in zip(answer, other[:, 0], strict=True):
        never = not bool(changed.any())
        flips = 1.0 if never else float(shares[int(changed.int().argmax())])
        curves.append(Curves(shares, deleting, inserting, flips, never))
    return curves


def order(relevance: Tensor) -> Tensor:
    """(N,) places, the most relevant first; those alike in their own order."""
    return torch.argsort(relevance, descending=True, stable=True)


def random_orders(n: int, count: int = RANDOM, seed: int = 0) -> list[Tensor]:
    """Orders of n tokens at random, the same each time for the same seed."""
    generator = torch.Generator().manual_seed(seed)
    return [torch.randperm(n, generator=generator) for _ in range(count)]


def chance_orders(n: int) -> list[Tensor]:
    """Every order of n tokens where they are few, else some at random."""
    if n > EVERY:
        return random_orders(n)
    return [torch.tensor(some) for some in permutations(range(n))]
