"""Where a strategy errs: what it takes for what, and each mistake with its picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import confusion_matrix

from fusion.study.result import Result
from fusion.tasks import Example


@dataclass(frozen=True)
class Confusion:
    """counts: (classes, classes), rows the right classes and columns the answers, in the order of labels."""

    labels: tuple[str, ...]
    counts: np.ndarray

    def pairs(self, most: int) -> list[tuple[str, str, int]]:
        """The right class, the answer in its place and how often, the most frequent first."""
        wrong = self.counts - np.diag(np.diag(self.counts))
        order = np.argsort(-wrong, axis=None, kind="stable")[:most]
        rows, columns = np.unravel_index(order, wrong.shape)
        return [
            (self.labels[i], self.labels[j], int(wrong[i, j]))
            for i, j in zip(rows, columns, strict=True)
            if wrong[i, j]
        ]

    def to_dict(self) -> dict[str, Any]:
        return {"labels": list(self.labels), "counts": self.counts.tolist()}


@dataclass(frozen=True)
class Mistake:
    """One wrong answer. row: its place in the test split. probability: of the answer; expected: of the right
    class."""

    row: int
    example: Example
    answer: str
    probability: float
    expected: float

    def to_dict(self) -> dict[str, Any]:
        """Plain types; the picture by its name alone."""
        picture = self.example.picture
        return {
            "row": self.row,
            "picture": getattr(picture, "name", None) or getattr(picture, "key", ""),
            "text": self.example.text,
            "label": self.example.label,
            "answer": self.answer,
            "probability": self.probability,
            "expected_probability": self.expected,
        }


def confusion_of(result: Result, truth: np.ndarray, labels: tuple[str, ...]) -> Confusion:
    """truth: (Q,) the right classes, -1 where a label is no class, which is left aside. Another answer that
    is accepted counts as the right class."""
    known = truth >= 0
    answers = np.where(result.right[result.best], truth, result.answers)
    counts = confusion_matrix(truth[known], answers[known], labels=range(len(labels)))
    return Confusion(labels, counts)


def mistakes_of(result: Result, test: Sequence[Example], labels: Sequence[str]) -> list[Mistake]:
    """The wrong answers of the fit that is kept, the most confident first."""
    wrong = np.flatnonzero(~result.right[result.best])
    order = wrong[np.argsort(-result.probabilities[wrong], kind="stable")]
    return [
        Mistake(
            row=int(i),
            example=test[i],
            answer=labels[result.answers[i]],
            probability=float(result.probabilities[i]),
            expected=float(result.expected[i]),
        )
        for i in order
    ]
