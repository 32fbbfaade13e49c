"""Contribution: exact two-player Shapley values."""

from collections.abc import Iterable
from itertools import permutations

import pytest
import torch

from fusion.explain.contribution import COALITIONS, shapley

PLAYERS = ("image", "text")
# The coalitions in the order in which values are given.
SETS = tuple(
    frozenset(name for name, row in zip(PLAYERS, rows, strict=True) if row >= 0) for rows in COALITIONS
)


def by_permutations(values: torch.Tensor) -> dict[str, float]:
    """Each player's gain on joining, averaged over all orders of joining."""
    worth = dict(zip(SETS, values.tolist(), strict=True))
    gains = dict.fromkeys(PLAYERS, 0.0)
    orders = list(permutations(PLAYERS))
    for order in orders:
        for i, player in enumerate(order):
            gains[player] += worth[frozenset(order[: i + 1])] - worth[frozenset(order[:i])]
    return {player: gain / len(orders) for player, gain in gains.items()}


def games() -> Iterable[torch.Tensor]:
    return torch.rand(20, 4, generator=torch.Generator().manual_seed(0)).double()


def test_the_coalitions_are_both_image_text_and_neither() -> None:
    assert SETS == ({"image", "text"}, {"image"}, {"text"}, set())


@pytest.mark.parametrize("values", games())
def test_it_equals_the_mean_over_all_orders(values: torch.Tensor) -> None:
    shares = shapley(values)
    expected = by_permutations(values)
    assert shares.image == pytest.approx(expected["image"], abs=1e-12)
    assert shares.text == pytest.approx(expected["text"], abs=1e-12)


@pytest.mark.parametrize("values", games())
def test_the_shares_sum_to_both_less_neither(values: torch.Tensor) -> None:
    shares = shapley(values)
    assert shares.image + shares.text == pytest.approx(float(values[0] - values[3]), abs=1e-12)


def test_who_brings_nothing_gets_nothing_and_equals_get_the_same() -> None:
    alone = shapley(torch.tensor([0.75, 0.75, 0.25, 0.25]))
    assert (alone.image, alone.text, alone.synergy) == (0.5, 0.0, 0.0)
    same = shapley(torch.tensor([0.75, 0.5, 0.5, 0.25]))
    assert same.image == same.text == 0.25


@pytest.mark.parametrize(
    ("values", "synergy"),
    [
        ([1.0, 0.25, 0.25, 0.25], 0.75),  # only together: complementary
        ([1.0, 1.0, 1.0, 0.25], -0.75),  # either is enough: redundant
        ([0.75, 0.5, 0.5, 0.25], 0.0),  # each adds its own: independent
    ],
)
def test_synergy_tells_complementary_from_redundant(values: list[float], synergy: float) -> None:
    assert shapley(torch.tensor(values)).synergy == pytest.approx(synergy)
