"""What is costly to build is built once a process, whichever threads ask for it."""

import threading
from collections.abc import Callable
from functools import cache, wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def once(build: Callable[P, R]) -> Callable[P, R]:
    """`functools.cache` that lets one thread in at a time: those who ask meanwhile wait for its result."""
    kept, lock = cache(build), threading.RLock()

    @wraps(build)
    def get(*args: P.args, **kwargs: P.kwargs) -> R:
        with lock:
            return kept(*args, **kwargs)  # type: ignore[arg-type]

    return get
