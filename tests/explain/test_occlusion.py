"""Occlusion against taking the windows away one by one."""

import pytest
import torch

from fusion.explain import EXPLAINERS
from fusion.explain.occlusion import WINDOW
from tests.explain.test_explainers import WORDS, case


@pytest.mark.parametrize("strategy", ["concat", "cross-attention"])
def test_a_patch_has_the_mean_fall_of_the_windows_over_it(strategy: str) -> None:
    explained = case(strategy)
    rows, columns = explained.image.grid or (0, 0)
    every = torch.ones(1, rows * columns, dtype=torch.bool)
    whole = explained.with_patches(every)[0, 3]
    falls: list[list[float]] = [[] for _ in range(rows * columns)]
    for top in range(rows - WINDOW + 1):
        for left in range(columns - WINDOW + 1):
            keep = every.reshape(rows, columns).clone()
            keep[top : top + WINDOW, left : left + WINDOW] = False
            fall = float(whole - explained.with_patches(keep.reshape(1, -1))[0, 3])
            for place in (~keep.flatten()).nonzero().flatten().tolist():
                falls[place].append(fall)
    found = EXPLAINERS["occlusion"].explain(explained)
    expected = torch.tensor([sum(fall) / len(fall) for fall in falls])
    torch.testing.assert_close(found.image, expected, atol=1e-6, rtol=1e-3)
    struck = explained.with_words(~torch.eye(WORDS, dtype=torch.bool))[:, 3]
    torch.testing.assert_close(found.text, whole - struck, atol=1e-6, rtol=1e-3)
