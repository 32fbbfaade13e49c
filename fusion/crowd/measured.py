"""What visitors note down while they visit."""

from collections import Counter, defaultdict

import numpy as np


class Measured:
    """seconds: by kind of action. failures: how often each happened. foreign: answers with another's data."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.failures: Counter[str] = Counter()
        self.foreign = 0

    def took(self, kind: str, seconds: float) -> None:
        self.seconds[kind].append(seconds)

    def failed(self, kind: str, why: str) -> None:
        self.failures[f"{kind}: {why}"] += 1

    def percentile(self, kind: str, percent: float) -> float:
        """Milliseconds; nan where nothing of the kind was done."""
        return 1000 * float(np.percentile(self.seconds[kind] or [np.nan], percent))
