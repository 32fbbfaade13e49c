"""What several fits got right on one test set, and how sure that is: intervals over seeds and questions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

DRAWS = 2000
AT_ONCE = 2**22  # numbers in memory while drawing


@dataclass(frozen=True)
class Estimate:
    """A mean, a fraction of 1, with its 95 % interval."""

    mean: float
    low: float
    high: float

    @property
    def interval(self) -> list[float]:
        return [self.low, self.high]

    @property
    def above(self) -> bool:
        """Whether it is clearly more than 0."""
        return self.low > 0

    @property
    def below(self) -> bool:
        """Whether it is clearly less than 0."""
        return self.high < 0


def estimate(values: np.ndarray, groups: Sequence[str]) -> Estimate:
    """The mean of values (S, Q), of S seeds on Q test rows, by a bootstrap over both.

    groups: (Q,) rows of one group, such as the questions about one picture, are drawn together. Seeds and
    groups are drawn anew, each with replacement, in every draw (the two-way bootstrap of Owen 2007,
    arXiv 0711.4024), always the same. The difference of two values is paired where both are of the same seeds
    and rows.
    """
    _, at = np.unique(np.asarray(groups), return_inverse=True)
    sizes = np.bincount(at).astype(float)  # (G,)
    sums = np.stack([np.bincount(at, weights=row) for row in values.astype(float)])  # (S, G)
    random = np.random.default_rng(0)
    means = []
    for start in range(0, DRAWS, step := max(1, AT_ONCE // len(sizes))):
        n = min(step, DRAWS - start)
        seeds = random.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), n) / len(sums)  # (n, S)
        drawn = random.multinomial(len(sizes), np.full(len(sizes), 1 / len(sizes)), n)  # (n, G)
        means.append(((seeds @ sums) * drawn).sum(1) / (drawn @ sizes))
    low, high = np.percentile(np.concatenate(means), [2.5, 97.5])
    return Estimate(float(values.mean()), float(low), float(high))
