"""What a shipped report tells of a kind of change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Measured:
    """Accuracy of each strategy on a test split under one kind of change, fractions of 1.

    n: test examples. levels: from 0, unchanged, up. accuracies: by strategy, one for each level.
    """

    n: int
    levels: tuple[float, ...]
    accuracies: Mapping[str, tuple[float, ...]]

    def nearest(self, level: float) -> int:
        """Place of the measured level that is nearest to one."""
        return min(range(len(self.levels)), key=lambda i: abs(self.levels[i] - level))


def measured(evaluation: Mapping[str, Any] | None, change: str) -> Measured | None:
    """What the report of `evaluate --corrupt` tells of a kind of change and of the strategies that it has
    results of; None where it was not measured."""
    report = (evaluation or {}).get("robustness")
    rows = [row for row in (report or {}).get("changed", ()) if row["change"] == change]
    if evaluation is None or report is None or not rows:
        return None
    named = [row["strategy"] for row in evaluation["results"]]
    steps = [report["unchanged"], *(row["results"] for row in rows)]
    return Measured(
        n=report["n"],
        levels=(0.0, *(row["level"] for row in rows)),
        accuracies={
            name: tuple(step[name]["accuracy"] for step in steps)
            for name in named
            if name in report["unchanged"]
        },
    )
