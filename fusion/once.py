"""What is costly to build is built once a process, whichever threads ask for it."""

import os
import threading
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def once(build: Callable[P, R]) -> Callable[P, R]:
    """`functools.cache` that lets one thread in at a time: those who ask meanwhile wait for its result.

    What is built already is given at once, and in a forked process too.
    """
    kept: dict[Any, R] = {}
    lock = threading.RLock()

    def renew() -> None:
        nonlocal lock
        lock = threading.RLock()  # a thread that does not exist there may have held the old one

    os.register_at_fork(after_in_child=renew)

    @wraps(build)
    def get(*args: P.args, **kwargs: P.kwargs) -> R:
        key = (args, *sorted(kwargs.items()))
        if key not in kept:
            with lock:
                if key not in kept:
                    kept[key] = build(*args, **kwargs)
        return kept[key]

    return get
