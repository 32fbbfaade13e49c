"""Chance, and who is no better than it."""

import torch

from fusion.teach.trial import Trial, trial


def test_a_warning_comes_where_guessing_does_as_well() -> None:
    assert Trial(8, 8, 0.5).warning == ""  # 1 in 256
    assert "12 % of cases" in Trial(3, 3, 0.5).warning  # 1 in 8
    assert Trial(16, 17, 16 / 17).warning
    assert "two or more" in Trial(2, 2, 0.5, alone=2).warning


def test_chance_is_the_most_frequent_classs_share() -> None:
    found = trial(torch.tensor([True, False, True, True]), torch.tensor([0, 0, 0, 1]))
    assert found == Trial(right=3, n=4, chance=0.75, alone=1)
