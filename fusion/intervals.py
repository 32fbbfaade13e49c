"""95 % intervals of what is measured."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.stats import binomtest, sem, t

DRAWS = 2000  # resampled means


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Of a share of n trials: Wilson's score interval."""
    low, high = binomtest(hits, n).proportion_ci(0.95, method="wilson")
    return float(low), float(high)


def bootstrap(values: np.ndarray) -> tuple[float, float]:
    """Of the mean of values (n,): percentiles of resampled means, the same each time."""
    random = np.random.default_rng(0)
    means = values[random.integers(0, len(values), (DRAWS, len(values)))].mean(1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def paired(values: np.ndarray, others: np.ndarray) -> dict[str, Any]:
    """Mean difference of two measures (n,) of the same n inputs, with its bootstrap interval."""
    difference = values - others
    return {"difference": float(difference.mean()), "interval": list(bootstrap(difference))}


def student(values: Sequence[float]) -> tuple[float, float]:
    """Of the mean of a few normally spread values, at least 2: Student's t."""
    mean, error = float(np.mean(values)), float(sem(values))
    reach = float(t.ppf(0.975, len(values) - 1)) * error
    return mean - reach, mean + reach
