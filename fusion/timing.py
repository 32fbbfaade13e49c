"""How long a call takes."""

import time
from collections.abc import Callable
from statistics import median


def median_s(action: Callable[[], object], repeats: int = 15) -> float:
    """Median time of a call, in seconds, after one to warm up."""
    action()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return median(times)
