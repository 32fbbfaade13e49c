"""Within one process, work that goes on in the background gives way to work that somebody waits for."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from fusion.errors import Stopped

LONGEST_S = 1.0  # that background work waits at a time, so that it ends however much there is to do

_state = threading.Condition()
_waited_for = 0
_ended = False


@contextmanager
def waited_for() -> Iterator[None]:
    """While this goes on, whatever gives way stands still."""
    global _waited_for
    with _state:
        _waited_for += 1
    try:
        yield
    finally:
        with _state:
            _waited_for -= 1
            _state.notify_all()


def give_way() -> None:
    """Called between two steps of background work: waits as long as somebody waits for other work.

    Raises Stopped once the process is to end.
    """
    with _state:
        _state.wait_for(lambda: _waited_for == 0 or _ended, LONGEST_S)
        if _ended:
            raise Stopped


def end() -> None:
    """No background work goes beyond its next step any more."""
    global _ended
    with _state:
        _ended = True
        _state.notify_all()
