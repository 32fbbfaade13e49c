"""A data set that a person brings: checked, split, and told about."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from fusion.language import later
from fusion.own.problems import Problem
from fusion.tasks import Example, TaskRecord
from fusion.tasks.base import Split


@dataclass(frozen=True)
class OwnData:
    """train, test: no picture with the same text stands in both. labels: every class, by name.

    keeps: what must live as long as the data, such as the workspace in which its pictures lie.
    """

    name: str
    train: tuple[Example, ...]
    test: tuple[Example, ...]
    labels: tuple[str, ...]
    problems: tuple[Problem, ...]
    keeps: object = field(default=None, repr=False, compare=False)

    def task(self) -> TaskRecord:
        """The data as a task, which is not registered."""
        return TaskRecord(
            name=self.name,
            summary=later(
                "Brought by you: {rows:,} rows, {classes} classes.",
                rows=len(self.train) + len(self.test),
                classes=len(self.labels),
            ),
            labels=self.labels,
            examples=self.examples,
            default_strategy="cross-attention",
        )

    def examples(self, split: Split) -> list[Example]:
        """The rows of a split."""
        return list(self.train if split == "train" else self.test)

    def counts(self) -> dict[str, tuple[int, int]]:
        """How many rows of each class are to train and to test on, most frequent class first."""
        train, test = (Counter(example.label for example in part) for part in (self.train, self.test))
        total = train + test
        return {label: (train[label], test[label]) for label, _ in total.most_common()}

    def to_dict(self) -> dict[str, Any]:
        """What `preview --json` prints."""
        return {
            "name": self.name,
            "train": len(self.train),
            "test": len(self.test),
            "labels": {label: {"train": a, "test": b} for label, (a, b) in self.counts().items()},
            "problems": [
                {
                    "kind": p.kind,
                    "sentence": p.sentence,
                    "count": p.count,
                    "rows": list(p.rows),
                    "severity": p.severity,
                }
                for p in self.problems
            ],
        }


def as_lines(data: OwnData, classes: int = 20) -> str:
    """The preview for a terminal."""
    counts = data.counts()
    lines = [
        f"{data.name}: {len(data.train):,} rows to train on, {len(data.test):,} to test on, "
        f"{len(counts):,} classes"
    ]
    width = max(len(label) for label in counts)
    for label, (train, test) in list(counts.items())[:classes]:
        lines.append(f"  {label:<{min(width, 40)}} {train:>7,} {test:>7,}")
    if len(counts) > classes:
        lines.append(f"  and {len(counts) - classes:,} more classes")
    for found in data.problems:
        samples = f" ({', '.join(found.rows)})" if found.rows else ""
        lines.append(f"{found.severity.capitalize()}: {found.sentence}{samples}")
    return "\n".join(lines)
