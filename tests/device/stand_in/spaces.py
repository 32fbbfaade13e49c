"""Stands in for the package `spaces` on a ZeroGPU Space: calls run in a process forked for them."""

import multiprocessing
import os
import threading
from collections.abc import Callable
from typing import Any

FORK = multiprocessing.get_context("fork")

decorated: list[tuple[str, int]] = []
lent: list[int] = []  # the process of each call


def GPU(*, duration: int) -> Callable[..., Any]:
    def decorate(task: Callable[..., Any]) -> Callable[..., Any]:
        decorated.append((task.__name__, duration))

        def lend(*args: Any) -> Any:
            if os.environ.get("NO_GPU"):
                raise RuntimeError("No GPU was available")
            results = FORK.SimpleQueue()

            def work() -> None:
                results.put((os.getpid(), task(*args)))

            def in_a_thread() -> None:
                thread = threading.Thread(target=work)
                thread.start()
                thread.join()

            process = FORK.Process(target=in_a_thread, daemon=True)
            process.start()
            pid, result = results.get()
            lent.append(pid)
            process.join()
            return result

        return lend

    return decorate
