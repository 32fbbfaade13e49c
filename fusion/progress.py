"""How long work tells how far it is, to a terminal or to a page."""

import sys
from collections.abc import Callable

from tqdm import tqdm

# Called with what is being done, how many steps are done and how many there are.
Progress = Callable[[str, int, int], None]


def silent(what: str, done: int, total: int) -> None:
    """Tell nobody."""


class Bars:
    """A bar on stderr for each thing that is being done, in `unit`s."""

    def __init__(self, unit: str = "it") -> None:
        self._bar: tqdm | None = None
        self._unit = unit

    def __call__(self, what: str, done: int, total: int) -> None:
        if self._bar is None or self._bar.desc != what:
            self.close()
            scaled = self._unit == "B"
            self._bar = tqdm(total=total, desc=what, file=sys.stderr, unit=self._unit, unit_scale=scaled)
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
