"""On-the-fly gradient modulation, against its equations written out."""

import math

import pytest
import torch

from fusion.balance.modulation import coefficients, modulate, own_modality
from fusion.strategies import STRATEGIES
from tests.synthetic import make_model, make_samples


@pytest.mark.parametrize("alpha", [0.1, 0.5, 1.0])
def test_the_modality_that_is_ahead_is_slowed_by_how_far_it_is(alpha: float) -> None:
    ratio = 30.0 / 12.0
    assert coefficients((30.0, 12.0), alpha) == pytest.approx((1 - math.tanh(alpha * ratio), 1.0))
    assert coefficients((12.0, 30.0), alpha) == pytest.approx((1.0, 1 - math.tanh(alpha * ratio)))
    assert coefficients((7.0, 7.0), alpha) == (1.0, 1.0)


def test_a_modality_that_knows_nothing_at_all_divides_by_no_zero() -> None:
    slowed, other = coefficients((5.0, 0.0), 0.5)
    assert (slowed, other) == (pytest.approx(0, abs=1e-6), 1.0)


def test_gradients_are_scaled_and_noise_as_wide_as_they_is_added_to_what_one_modality_owns() -> None:
    model = make_model("gated", make_samples(8))
    before = {}
    torch.manual_seed(0)
    for name, parameter in model.named_parameters():
        parameter.grad = torch.randn_like(parameter)
        before[name] = parameter.grad.clone()
    modulate(model, (0.25, 1.0), torch.Generator().manual_seed(5))
    draws = torch.Generator().manual_seed(5)
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None
        side = own_modality(name)
        expected = before[name]
        if side is not None:
            noise = torch.randn(parameter.shape, generator=draws) * expected.std(correction=0)
            expected = (0.25, 1.0)[side] * expected + noise
        torch.testing.assert_close(parameter.grad, expected)
    assert own_modality("align_image.project.weight") == own_modality("strategy.confidence_image.0.bias") == 0
    assert own_modality("align_text.norm.bias") == own_modality("strategy.absent_text") == 1
    assert own_modality("strategy.gate.weight") is own_modality("head.out.weight") is None


@pytest.mark.parametrize("strategy", [record.name for record in STRATEGIES if record.modality == "both"])
def test_every_fused_strategy_has_parameters_of_either_modality(strategy: str) -> None:
    model = make_model(strategy, make_samples(8))
    sides = [own_modality(name) for name, _ in model.named_parameters()]
    assert sides.count(0) >= 4 and sides.count(1) >= 4 and None in sides
