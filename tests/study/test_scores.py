"""Intervals against a bootstrap that is written out, and what they do with seeds and groups."""

import numpy as np
import pytest

from fusion.study.scores import estimate


def drawn_out(values: np.ndarray, groups: list[str], draws: int = 3000) -> tuple[float, float]:
    """The two-way bootstrap, one draw after the other."""
    random = np.random.default_rng(1)
    names = sorted(set(groups))
    places = {name: [i for i, other in enumerate(groups) if other == name] for name in names}
    means = []
    for _ in range(draws):
        seeds = random.integers(0, len(values), len(values))
        rows = [i for at in random.integers(0, len(names), len(names)) for i in places[names[at]]]
        means.append(np.mean([values[s][i] for s in seeds for i in rows]))
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def some(seeds: int, n: int) -> np.ndarray:
    random = np.random.default_rng(2)
    common = random.random(n)
    return np.stack([(common + 0.2 * random.random(n)) > 0.4 + 0.05 * s for s in range(seeds)])


@pytest.mark.parametrize("per_group", [1, 3])
def test_the_interval_is_that_of_a_written_out_bootstrap(per_group: int) -> None:
    values = some(4, 60)
    groups = [str(i // per_group) for i in range(60)]
    found = estimate(values, groups)
    assert found.mean == pytest.approx(values.mean())
    assert found.interval == pytest.approx(drawn_out(values, groups), abs=0.02)


def test_a_difference_is_paired_by_seed_and_row() -> None:
    one = some(3, 60)
    other = one.copy()
    other[:, :6] = False
    groups = [str(i) for i in range(60)]
    paired = estimate(one.astype(float) - other, groups)
    assert paired.interval == pytest.approx(drawn_out(one.astype(float) - other, groups), abs=0.02)
    apart = estimate(one, groups).high - estimate(one, groups).low
    assert paired.high - paired.low < apart


def test_rows_that_stand_together_tell_less() -> None:
    values = np.repeat(some(1, 30), 4, axis=1)
    alone = estimate(values, [str(i) for i in range(120)])
    together = estimate(values, [str(i // 4) for i in range(120)])
    assert together.high - together.low > 1.5 * (alone.high - alone.low)


def test_seeds_that_differ_widen_it() -> None:
    groups = [str(i) for i in range(200)]
    same = np.tile(np.arange(200) < 100, (2, 1))
    differing = np.stack([np.arange(200) < 60, np.arange(200) < 140])
    assert estimate(same, groups).mean == estimate(differing, groups).mean
    assert np.diff(estimate(differing, groups).interval) > 2 * np.diff(estimate(same, groups).interval)


def test_it_is_the_same_each_time_and_certain_where_all_are_right() -> None:
    groups = [str(i) for i in range(50)]
    assert estimate(some(2, 50), groups) == estimate(some(2, 50), groups)
    assert estimate(np.ones((2, 50)), groups).interval == [1, 1]
