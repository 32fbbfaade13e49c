"""Classes of unequal size: weights and draws that make up for it."""

import numpy as np
import pytest
import torch
from sklearn.utils.class_weight import compute_class_weight

from fusion.balance.classes import class_weights, drawn_evenly

LABELS = torch.tensor([0] * 60 + [2] * 30 + [3] * 10)


def test_weights_are_n_over_k_times_the_count_as_scikit_learn_has_them() -> None:
    weights = class_weights(LABELS, classes=5)
    expected = [100 / (3 * 60), 1.0, 100 / (3 * 30), 100 / (3 * 10), 1.0]
    assert weights.tolist() == pytest.approx(expected)
    there = np.array([0, 2, 3])
    theirs = compute_class_weight("balanced", classes=there, y=LABELS.numpy())
    assert weights[there].tolist() == pytest.approx(theirs.tolist())
    assert weights[LABELS].mean().item() == pytest.approx(1), "the mean loss keeps its scale"


def test_every_class_that_occurs_is_drawn_equally_often() -> None:
    generator = torch.Generator().manual_seed(0)
    drawn = torch.cat([drawn_evenly(LABELS, generator) for _ in range(200)])
    assert len(drawn) == 200 * len(LABELS)
    shares = torch.bincount(LABELS[drawn], minlength=5) / len(drawn)
    assert shares.tolist() == pytest.approx([1 / 3, 0, 1 / 3, 1 / 3, 0], abs=0.01)
    within = torch.bincount(drawn, minlength=100)[:60].float()
    assert within.std() / within.mean() < 0.2, "those of one class are equally likely"
