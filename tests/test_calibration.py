"""Confidence: a known temperature is found again, the bound of sureness and the error by hand."""

import pytest
import torch
from torch import Tensor

from fusion.calibration import BINS, SURE, calibration_error, fit_temperature, reliability, sure_from


def drawn(n: int, classes: int = 5, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Logits (n, classes) and labels drawn from the very probabilities that they give."""
    generator = torch.Generator().manual_seed(seed)
    logits = 2 * torch.randn(n, classes, generator=generator)
    labels = torch.multinomial(logits.softmax(1), 1, generator=generator)[:, 0]
    return logits, labels


@pytest.mark.parametrize("scale", [0.3, 1.0, 2.5, 6.0])
def test_the_temperature_undoes_a_known_scaling(scale: float) -> None:
    logits, labels = drawn(8000)
    assert fit_temperature(scale * logits, labels) == pytest.approx(scale, rel=0.06)


def test_a_temperature_makes_confidence_fit() -> None:
    logits, labels = drawn(8000)
    overconfident = 4 * logits

    def error(told: Tensor) -> float:
        return calibration_error(told.softmax(1).amax(1), told.argmax(1) == labels)

    assert error(overconfident) > 0.15
    assert error(overconfident / fit_temperature(overconfident, labels)) < 0.03


@pytest.mark.parametrize("bound", [0.2, 0.45, 0.8])
def test_sure_begins_where_most_answers_are_right(bound: float) -> None:
    """Below the bound one in five is right, from it on four in five."""
    generator = torch.Generator().manual_seed(0)
    probabilities = torch.rand(6000, generator=generator)
    share = torch.where(probabilities < bound, 0.2, 0.8)
    right = torch.rand(6000, generator=generator) < share
    assert sure_from(probabilities, right) == pytest.approx(bound, abs=0.03)
    sure = probabilities >= sure_from(probabilities, right)
    assert right[sure].float().mean() > SURE > right[~sure].float().mean()


def test_confidence_that_fits_is_sure_from_one_half_on() -> None:
    generator = torch.Generator().manual_seed(2)
    probabilities = torch.rand(20_000, generator=generator)
    right = torch.rand(20_000, generator=generator) < probabilities
    assert sure_from(probabilities, right) == pytest.approx(SURE, abs=0.05)


def test_always_right_is_always_sure_and_never_right_never() -> None:
    probabilities = torch.linspace(0.1, 0.9, 50)
    assert sure_from(probabilities, torch.ones(50, dtype=torch.bool)) == 0
    assert sure_from(probabilities, torch.zeros(50, dtype=torch.bool)) == 1


def test_the_calibration_error_by_hand() -> None:
    generator = torch.Generator().manual_seed(1)
    probabilities = torch.rand(400, generator=generator).tolist()
    right = [x < 0.6 for x in torch.rand(400, generator=generator).tolist()]
    bins: dict[int, list[int]] = {}
    for i, p in enumerate(probabilities):
        bins.setdefault(min(int(p * BINS), BINS - 1), []).append(i)
    expected = sum(
        abs(
            sum(right[i] for i in members) / len(members)
            - sum(probabilities[i] for i in members) / len(members)
        )
        * len(members)
        / 400
        for members in bins.values()
    )
    assert calibration_error(torch.tensor(probabilities), torch.tensor(right)) == pytest.approx(
        expected, abs=1e-5
    )


def test_confidence_that_is_kept_has_no_error() -> None:
    assert calibration_error(torch.full((10,), 0.7), torch.arange(10) < 7) == pytest.approx(0, abs=1e-6)
    assert calibration_error(torch.ones(10), torch.zeros(10, dtype=torch.bool)) == pytest.approx(1)


def test_the_bins_of_the_diagram_add_up_to_the_error() -> None:
    generator = torch.Generator().manual_seed(3)
    probabilities = torch.cat([torch.rand(500, generator=generator), torch.tensor([0.0, 1.0])])
    right = torch.rand(502, generator=generator) < probabilities**2
    bins = reliability(probabilities, right)
    assert sum(one["n"] for one in bins) == 502
    assert sum(one["n"] * one["accuracy"] for one in bins) == pytest.approx(int(right.sum()))
    gaps = sum(one["n"] / 502 * abs(one["accuracy"] - one["confidence"]) for one in bins)
    assert gaps == pytest.approx(calibration_error(probabilities, right), abs=1e-5)
    assert all(one["low"] <= one["confidence"] <= one["high"] for one in bins)
    assert all(one["interval"][0] <= one["accuracy"] <= one["interval"][1] for one in bins)
    assert [one["n"] for one in reliability(torch.full((7,), 0.5), torch.ones(7, dtype=torch.bool))] == [7]
