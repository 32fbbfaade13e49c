"""Threads that ask at once get one and the same."""

import threading
import time

from fusion.once import once


def test_threads_share_what_one_of_them_built() -> None:
    built: list[int] = []

    @once
    def build(n: int) -> object:
        time.sleep(0.05)
        built.append(n)
        return object()

    got: list[object] = []
    threads = [threading.Thread(target=lambda: got.append(build(1))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert built == [1] and len(got) == 4 and len(set(got)) == 1
    assert build(2) is not build(1)
