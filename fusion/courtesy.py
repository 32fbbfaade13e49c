"""Within one process, work in the background gives way to work that somebody waits for, and ends in time."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from fusion.errors import Stopped, UserError
from fusion.language import say

LONGEST_S = 1.0  # that background work waits at a time, so that it ends however much there is to do

_state = threading.Condition()
_waited_for = 0
_ended = False


@dataclass
class _Background:
    wanted: Callable[[], bool]
    seconds: float
    worked: float  # until the clock shows `since`
    since: float


_background: ContextVar[_Background | None] = ContextVar("background", default=None)


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


@contextmanager
def in_background(wanted: Callable[[], bool], seconds: float) -> Iterator[None]:
    """What is done in the block gives way, as long as it is wanted, for so many seconds of work."""
    before = _background.set(_Background(wanted, seconds, 0.0, time.monotonic()))
    try:
        yield
    finally:
        _background.reset(before)


def give_way() -> None:
    """Called between two steps of work that takes long: in the background, waits as long as somebody waits
    for other work.

    Raises Stopped where it is not wanted any more or the process is to end, and UserError where it has
    taken too long.
    """
    mine = _background.get()
    if mine is None:
        return
    mine.worked += time.monotonic() - mine.since
    with _state:
        _state.wait_for(lambda: _waited_for == 0 or _ended, LONGEST_S)
    mine.since = time.monotonic()
    if _ended or not mine.wanted():
        raise Stopped
    if mine.worked > mine.seconds:
        raise UserError(
            say("This took longer than {seconds:.0f} seconds and was ended.", seconds=mine.seconds)
        )


def end() -> None:
    """No background work goes beyond its next step any more."""
    global _ended
    with _state:
        _ended = True
        _state.notify_all()
