"""Gradient blending: weights against the paper's formula, and what they are measured on."""

import pytest
import torch

from fusion.balance.blending import LEAST, Trial, blend, weights_of
from fusion.recipe import Recipe
from tests.synthetic import make_model, make_samples


def test_weights_are_gain_over_squared_overfitting_summing_to_one() -> None:
    trials = [
        Trial(train=(2.0, 0.5), validation=(2.1, 1.1)),  # G 1.0, O 0.6 - 0.1
        Trial(train=(2.0, 1.5), validation=(2.0, 1.6)),  # G 0.4, O 0.1
        Trial(train=(2.0, 0.2), validation=(2.0, 1.8)),  # G 0.2, O 1.6
    ]
    raw = [1.0 / 0.5**2, 0.4 / 0.1**2, 0.2 / 1.6**2]
    assert weights_of(trials) == pytest.approx([x / sum(raw) for x in raw])


def test_what_never_generalised_weighs_nothing_and_no_overfitting_divides_by_no_zero() -> None:
    rising = Trial(train=(2.0, 1.0), validation=(2.0, 2.5))
    even = Trial(train=(2.0, 1.0), validation=(2.0, 1.0))
    assert weights_of([rising, even]) == pytest.approx([0, 1])
    assert even.overfitting == LEAST
    assert weights_of([rising, rising]) == (0.5, 0.5)


def test_it_is_measured_on_copies_and_repeats() -> None:
    train, validation = make_samples(300).split(0.3, seed=0)
    model = make_model("concat", train)
    before = {name: x.clone() for name, x in model.state_dict().items()}
    recipe = Recipe(rate=1e-2)
    weights = blend(model, train, validation, recipe)
    assert sum(weights) == pytest.approx(1) and len(weights) == 3 and min(weights) >= 0
    assert blend(model, train, validation, recipe) == weights
    for name, x in model.state_dict().items():
        torch.testing.assert_close(x, before[name])
