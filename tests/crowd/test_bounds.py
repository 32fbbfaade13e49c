"""Whatever a server did not keep to is told in a sentence of its own, and is no success."""

import json
from typing import Any

import pytest

from fusion.cli import main
from fusion.commands import load

KEPT: dict[str, Any] = {
    "failed_count": 0,
    "foreign_data_count": 0,
    "toggle_p95_over_idle_ratio": 10.0,
    "memory_end_over_middle_ratio": 1.1,
    "files_left_count": 0,
    "failures": {},
}


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({}, []),
        ({"failed_count": 3}, ["3 of what visitors did failed."]),
        ({"foreign_data_count": 1}, ["1 answers held data of another visitor."]),
        (
            {"toggle_p95_over_idle_ratio": 12.34},
            ["Toggles took 12.3 times as long as for one visitor alone, over 10 times."],
        ),
        ({"toggle_p95_over_idle_ratio": float("nan")}, ["Toggles took nan times"]),
        (
            {"memory_end_over_middle_ratio": 1.2, "files_left_count": 2},
            ["Memory at the end was 1.20 times that of half time", "2 files of visitors were left."],
        ),
    ],
)
def test_a_bound_that_is_not_kept_ends_the_command_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    figures: dict[str, Any],
    words: list[str],
) -> None:
    monkeypatch.setattr(load, "load", lambda *_: {**KEPT, **figures})
    assert main(["load", "--json"]) == (1 if words else 0)
    printed = capsys.readouterr()
    assert json.loads(printed.out).keys() == KEPT.keys(), "the figures are told all the same"
    told = " ".join(printed.err.splitlines()[1:])  # after what the visitors do
    assert all(word in told for word in words) and told.count(". ") + told.endswith(".") == len(words)
