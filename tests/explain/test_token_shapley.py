"""Token-level Shapley values: their sum is exact, and few players' values are those of the definition."""

from itertools import permutations

import pytest
import torch

from fusion.explain import EXPLAINERS, Case
from fusion.explain.token_shapley import regions_of
from tests.explain.test_explainers import WORDS, case


def worth(explained: Case, regions: list[int], words: list[int]) -> float:
    """The answer's probability with these players alone."""
    of = regions_of(explained.image.grid or (0, 0))
    patches = torch.isin(of, torch.tensor(regions, dtype=torch.long))
    said = torch.isin(torch.arange(WORDS), torch.tensor(words, dtype=torch.long))
    return float(explained.kept(patches[None], said[None])[0, 3])


@pytest.mark.parametrize("strategy", ["concat", "cross-attention", "text-only"])
def test_all_values_sum_to_what_everything_brings(strategy: str) -> None:
    explained = case(strategy)
    found = EXPLAINERS["shapley"].explain(explained)
    regions = list(range(int(regions_of(explained.image.grid or (0, 0)).max()) + 1))
    whole = worth(explained, regions, list(range(WORDS))) - worth(explained, [], [])
    assert float(found.image.sum() + found.text.sum()) == pytest.approx(whole, abs=1e-5)


def test_values_come_near_those_of_every_order() -> None:
    explained = case("cross-attention")
    players = [*range(4), *range(4, 8)]  # the fifth word is padding
    known: dict[frozenset[int], float] = {}

    def value(of: frozenset[int]) -> float:
        if of not in known:
            known[of] = worth(explained, [p for p in of if p < 4], [p - 4 for p in of if p >= 4])
        return known[of]

    exact = dict.fromkeys(players, 0.0)
    orders = list(permutations(players))
    for order in orders:
        before: frozenset[int] = frozenset()
        for player in order:
            exact[player] += (value(before | {player}) - value(before)) / len(orders)
            before |= {player}
    found = EXPLAINERS["shapley"].explain(explained)
    of = regions_of(explained.image.grid or (0, 0))
    values = [float(found.image[of == region].sum()) for region in range(4)] + found.text[:4].tolist()
    size = max(abs(v) for v in exact.values())
    assert values == pytest.approx(list(exact.values()), abs=0.35 * size)


def test_it_is_the_same_each_time_and_leaves_the_generator_alone() -> None:
    explained = case("cross-attention")
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    first = EXPLAINERS["shapley"].explain(explained)
    assert torch.rand(1) == expected
    torch.testing.assert_close(EXPLAINERS["shapley"].explain(explained), first, atol=0, rtol=0)


def test_regions_are_two_patches_a_side_and_less_at_the_far_edges() -> None:
    assert regions_of((3, 4)).reshape(3, 4).tolist() == [[0, 0, 1, 1], [0, 0, 1, 1], [2, 2, 3, 3]]
