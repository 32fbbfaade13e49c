"""Whether what was taught is better than chance, by examples that are left out."""

from dataclasses import dataclass
from typing import Any

from scipy.stats import binomtest
from torch import Tensor

from fusion.intervals import wilson
from fusion.language import later

DOUBT = 0.05


@dataclass(frozen=True)
class Trial:
    """right: how many of n examples were told right when they were left out. chance: the share that always
    naming the most frequent class gets."""

    right: int
    n: int
    chance: float
    alone: int = 0

    @property
    def accuracy(self) -> float:
        return self.right / self.n

    @property
    def p_value(self) -> float:
        """How often guessing gets as many right or more: a one-sided binomial test."""
        return float(binomtest(self.right, self.n, self.chance, alternative="greater").pvalue)

    @property
    def warning(self) -> str:
        """A plain sentence where it is no better than chance, to be shown by `say`, else ""."""
        if self.p_value < DOUBT:
            return ""
        if self.alone == self.n:
            return later("With one example a class it cannot be tested: give each class two or more.")
        return later(
            "{right} of {n} examples are told right when they are left out; guessing gets as many in "
            "{share:.0f} % of cases. Do not rely on it yet: give more examples, or clearer ones.",
            right=self.right,
            n=self.n,
            share=100 * self.p_value,
        )

    def to_dict(self) -> dict[str, Any]:
        return {
            "leave_one_out": self.accuracy,
            "interval": list(wilson(self.right, self.n)),
            "n": self.n,
            "chance": self.chance,
            "p_value": self.p_value,
            "warning": self.warning,
        }


def trial(right: Tensor, labels: Tensor) -> Trial:
    """Of (N,) true where an example was told right, with the examples' labels (N,)."""
    n = len(labels)
    counts = labels.bincount()
    return Trial(int(right.sum()), n, int(counts.max()) / n, int((counts == 1).sum()))
