"""Confidence that can be believed: a temperature, and below which confidence an answer is not sure."""

from typing import Any

import torch
import torch.nn.functional as F
from scipy.optimize import minimize_scalar
from sklearn.isotonic import IsotonicRegression
from torch import Tensor
from torchmetrics.functional.classification import binary_calibration_error

from fusion.intervals import wilson

BINS = 15
SURE = 0.5  # share of right answers from which an answer counts as sure


def fit_temperature(logits: Tensor, labels: Tensor) -> float:
    """The temperature that makes held-out logits (Q, classes) fit their labels (Q,) best, by cross-entropy.

    Guo et al. 2017, arXiv 1706.04599.
    """

    def loss(log_temperature: float) -> float:
        return F.cross_entropy(logits / torch.tensor(log_temperature).exp(), labels).item()

    return float(torch.tensor(minimize_scalar(loss, bounds=(-2.0, 3.0), method="bounded").x).exp())


def sure_from(probabilities: Tensor, right: Tensor) -> float:
    """The least confidence from which at least SURE of the held-out answers are right.

    probabilities: (Q,) of the best answers; right: (Q,). By isotonic regression; 1 where none is that good.
    """
    fitted = IsotonicRegression(out_of_bounds="clip").fit(probabilities.numpy(), right.float().numpy())
    grid = torch.linspace(0, 1, 101)
    good = torch.from_numpy(fitted.predict(grid.numpy())) >= SURE
    return float(grid[good][0]) if good.any() else 1.0


def calibration_error(probabilities: Tensor, right: Tensor) -> float:
    """Expected calibration error, a fraction of 1, of the best answers.

    probabilities: (Q,) theirs; right: (Q,) whether they are.
    """
    return float(binary_calibration_error(probabilities, right.long(), n_bins=BINS))


def reliability(probabilities: Tensor, right: Tensor) -> list[dict[str, Any]]:
    """What `calibration_error` is the mean of: for each of BINS equal ranges of confidence that has answers,
    how many, their mean confidence, and how many of them are right, with Wilson's 95 % interval; fractions
    of 1.

    probabilities, right: as there.
    """
    places = (probabilities * BINS).long().clamp(max=BINS - 1)
    found = []
    for place in places.unique().tolist():
        rows = places == place
        hits, n = int(right[rows].sum()), int(rows.sum())
        told = {"confidence": float(probabilities[rows].double().mean()), "accuracy": hits / n, "n": n}
        found.append(
            {"low": place / BINS, "high": (place + 1) / BINS, **told, "interval": list(wilson(hits, n))}
        )
    return found
