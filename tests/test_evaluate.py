"""Scores against scipy and by hand."""

from pathlib import Path

import pytest
import torch
from scipy.stats import norm

from fusion.evaluate import _score, majority_prior, text_only_rule
from fusion.tasks import Example
from tests.synthetic import make_samples


def example(text: str, label: str) -> Example:
    return Example(Path("x.png"), text, label, "any", "any")


def test_priors_by_hand() -> None:
    train = [example("a?", "yes"), example("a?", "yes"), example("b?", "no"), example("b?", "red")] * 3
    train += [example("b?", "red")]
    test = [example("a?", "yes"), example("A?", "no"), example("b?", "red"), example("new?", "yes")]
    assert majority_prior(train, test) == 0.5
    assert text_only_rule(train, test) == 0.75


def test_wilson_intervals_by_the_formula() -> None:
    samples = make_samples(80)
    right = torch.arange(80) < 60
    score = _score(right, samples)
    n, p, z = 80, 60 / 80, norm.ppf(0.975)
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5 / (1 + z * z / n)
    assert score["accuracy"] == p
    assert score["interval"] == pytest.approx([middle - half, middle + half])
    assert sum(kind["n"] for kind in score["by_type"].values()) == 80
    hits = sum(kind["n"] * kind["accuracy"] for kind in score["by_type"].values())
    assert hits == pytest.approx(60)
