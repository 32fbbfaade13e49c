"""How many bytes may be uploaded, by one address and by all, until uploads are deleted."""

import time
from collections import deque
from collections.abc import Callable

WITHIN_S = 360.0  # the page's own deletion takes no longer
EACH = 2_000_000_000  # bytes of one address
ALL = 8_000_000_000


class Uploads:
    """What came lately. clock: gives seconds."""

    def __init__(
        self, each: int = EACH, everybody: int = ALL, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._each, self._everybody, self._clock = each, everybody, clock
        self._came: deque[tuple[float, str, int]] = deque()

    def room(self, address: str) -> int:
        """How many bytes may still come from there."""
        while self._came and self._came[0][0] < self._clock() - WITHIN_S:
            self._came.popleft()
        everything = sum(size for _, _, size in self._came)
        own = sum(size for _, whose, size in self._came if whose == address)
        return max(0, min(self._each - own, self._everybody - everything))

    def add(self, address: str, size: int) -> None:
        self._came.append((self._clock(), address, size))
