"""What a study keeps of each strategy and of each other way."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fusion.strategies import STRATEGIES


@dataclass(frozen=True, eq=False)
class Result:
    """One strategy, fitted with every seed.

    right: (S, Q) where each seed's answer on the test is right. validation: accuracy of each seed on the rows
    that it held back. best: the seed whose fit is kept, by validation. path: its checkpoint. answers,
    probabilities, expected: (Q,) of that fit, its class, the probability of it and of the right class.
    fit_s: seconds of one fit, the mean. milliseconds: of one answer, its inputs encoded.
    """

    strategy: str
    right: np.ndarray
    validation: tuple[float, ...]
    best: int
    path: Path
    answers: np.ndarray
    probabilities: np.ndarray
    expected: np.ndarray
    parameters: int
    fit_s: float
    milliseconds: float

    @property
    def modality(self) -> str:
        return STRATEGIES[self.strategy].modality

    @property
    def bytes(self) -> int:
        return self.path.stat().st_size

    @property
    def mean_validation(self) -> float:
        """What strategies are chosen by."""
        return sum(self.validation) / len(self.validation)


@dataclass(frozen=True, eq=False)
class BaselineResult:
    """What somebody would otherwise do, fitted on the same tokens.

    right: (S, Q) as of a strategy; S is 1 where nothing in it is drawn by chance. fit_s: of one fit.
    """

    name: str
    summary: str
    source: str
    right: np.ndarray
    fit_s: float
