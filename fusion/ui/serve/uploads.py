"""How many bytes may be uploaded, by one address and by all, until uploads are deleted."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

WITHIN_S = 360.0  # the page's own deletion takes no longer
EACH = 4_000_000_000  # bytes of one address, behind which there may be many visitors
ALL = 8_000_000_000


@dataclass
class Upload:
    """size: bytes, as they are expected and then as they came."""

    since: float
    address: str
    size: int


class Uploads:
    """What came lately or is under way. clock: gives seconds."""

    def __init__(
        self, each: int = EACH, everybody: int = ALL, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._each, self._everybody, self._clock = each, everybody, clock
        self._came: deque[Upload] = deque()

    def begun(self, address: str, size: int) -> Upload | None:
        """So many bytes are taken for what comes from there; None where there is no room."""
        while self._came and self._came[0].since < self._clock() - WITHIN_S:
            self._came.popleft()
        everything = sum(upload.size for upload in self._came)
        own = sum(upload.size for upload in self._came if upload.address == address)
        if size > min(self._each - own, self._everybody - everything):
            return None
        self._came.append(Upload(self._clock(), address, size))
        return self._came[-1]
