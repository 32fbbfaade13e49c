"""Visitors' work waits for its turn, and says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from fusion.language import later
from fusion.progress import Progress

WAIT_S = 0.5  # between two looks whether it is one's turn


@contextmanager
def turn(turns: BoundedSemaphore, progress: Progress) -> Iterator[None]:
    """One's turn among all visitors; who stops meanwhile waits no longer."""
    while not turns.acquire(timeout=WAIT_S):
        progress(later("waiting for others"), 0, 1)
    try:
        yield
    finally:
        turns.release()
