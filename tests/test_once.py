"""Threads that ask at once get one and the same."""

import multiprocessing
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


def test_what_is_built_is_given_while_another_is_being_built() -> None:
    building, finish = threading.Event(), threading.Event()

    @once
    def build(slow: bool) -> bool:
        if slow:
            building.set()
            finish.wait(10)
        return slow

    build(False)
    thread = threading.Thread(target=build, args=(True,))
    thread.start()
    assert building.wait(10)
    assert build(False) is False
    finish.set()
    thread.join()


def test_a_forked_process_does_not_wait_for_a_thread_that_it_lacks() -> None:
    building, finish = threading.Event(), threading.Event()

    @once
    def build(name: str) -> str:
        if name == "slow":
            building.set()
            finish.wait(10)
        return name

    thread = threading.Thread(target=build, args=("slow",))
    thread.start()
    assert building.wait(10)
    results = multiprocessing.get_context("fork").SimpleQueue()
    process = multiprocessing.get_context("fork").Process(
        target=lambda: results.put(build("quick")), daemon=True
    )
    process.start()
    process.join(10)
    finish.set()
    thread.join()
    assert process.exitcode == 0 and results.get() == "quick"
