"""What several fits got right on one test set, and how sure that is: intervals over seeds and questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

DRAWS = 2000
AT_ONCE = 2**21  # numbers in memory while drawing


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
    """`estimates` of one."""
    return estimates({"": values}, groups)[""]


def estimates(values: Mapping[str, np.ndarray], groups: Sequence[str]) -> dict[str, Estimate]:
    """The means of values (S, Q) by name, of S seeds on the same Q test rows, by a bootstrap over both.

    S may be 1 for some, where no seed matters, and is the same for all others. groups: (Q,) rows of one
    group, such as the questions about one picture, are drawn together. Seeds and groups are drawn anew, each
    with replacement, in every draw (the two-way bootstrap of Owen 2007, arXiv 0711.4024), always the same.
    The difference of two values is paired where both are of the same seeds and rows.
    """
    _, at = np.unique(np.asarray(groups), return_inverse=True)
    sizes = np.bincount(at).astype(float)  # (G,)
    seeds = max(len(rows) for rows in values.values())
    sums = {name: _by_group(rows, at, seeds) for name, rows in values.items()}  # (S, G) each
    means: dict[str, list[np.ndarray]] = {name: [] for name in values}
    random = np.random.default_rng(0)
    for start in range(0, DRAWS, step := max(1, AT_ONCE // len(sizes))):
        n = min(step, DRAWS - start)
        shares = random.multinomial(seeds, np.full(seeds, 1 / seeds), n) / seeds  # (n, S)
        drawn = random.multinomial(len(sizes), np.full(len(sizes), 1 / len(sizes)), n)  # (n, G)
        rows_drawn = drawn @ sizes
        for name, found in sums.items():
            means[name].append(((shares @ found) * drawn).sum(1) / rows_drawn)
    return {name: _estimate(rows, np.concatenate(means[name])) for name, rows in values.items()}


def _by_group(rows: np.ndarray, at: np.ndarray, seeds: int) -> np.ndarray:
    """Sums of values (S, Q) over each group, (S, G), a single seed's repeated."""
    sums = np.stack([np.bincount(at, weights=row) for row in rows.astype(float)])
    return np.broadcast_to(sums, (seeds, sums.shape[1]))


def _estimate(rows: np.ndarray, means: np.ndarray) -> Estimate:
    low, high = np.percentile(means, [2.5, 97.5])
    return Estimate(float(rows.mean()), float(low), float(high))
