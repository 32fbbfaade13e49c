"""Coarser tokens are those that a model makes itself, and a finer grid is never made up."""

from pathlib import Path

import numpy as np
import torch

from fusion.align import interpolate_grid
from fusion.study.coarse import GRID, coarser
from tests.synthetic import make_store


def test_they_are_what_interpolation_gives(tmp_path: Path) -> None:
    store = make_store(np.arange(70) % 4, 14 * 14, np.random.default_rng(0), (14, 14))
    found = coarser(store, tmp_path / "coarse")
    rows = torch.tensor([69, 0, 33])
    expected = interpolate_grid(store.read(rows), GRID)
    assert (found.grid, len(found), found.width) == (GRID, 70, store.width)
    torch.testing.assert_close(found.read(rows).sequence, expected.sequence, atol=2e-3, rtol=1e-3)
    assert torch.equal(found.read(rows).pooled, store.read(rows).pooled)


def test_a_grid_that_is_as_coarse_is_left_as_it_is(tmp_path: Path) -> None:
    for grid in ((7, 7), (2, 3), None):
        tokens = 1 if grid is None else grid[0] * grid[1]
        store = make_store(np.arange(4), tokens, np.random.default_rng(0), grid)
        assert coarser(store, tmp_path / "coarse") is store
    assert not (tmp_path / "coarse").exists()
