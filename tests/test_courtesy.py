"""Background work waits for what somebody waits for, and ends where it is not wanted or takes too long."""

import time
from threading import Event, Thread

import pytest

from fusion import courtesy
from fusion.courtesy import give_way, in_background, waited_for
from fusion.errors import Stopped, UserError


def test_it_stands_still_meanwhile_and_goes_on_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "LONGEST_S", 60.0)
    began, went_on = Event(), Event()

    def work() -> None:
        with in_background(lambda: True, 10.0):
            began.set()
            give_way()
            went_on.set()

    with waited_for():
        thread = Thread(target=work)
        thread.start()
        assert began.wait(20)
        assert not went_on.wait(0.2)
    assert went_on.wait(20)
    thread.join()


def test_work_that_is_not_in_the_background_waits_for_nothing() -> None:
    with waited_for():
        give_way()


def test_it_ends_where_it_is_not_wanted_and_where_it_takes_too_long() -> None:
    with in_background(lambda: False, 10.0), pytest.raises(Stopped):
        give_way()
    with in_background(lambda: True, 0.01):
        time.sleep(0.02)
        with pytest.raises(UserError, match="took longer than 0 seconds"):
            give_way()


def test_time_that_it_waits_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "LONGEST_S", 0.3)
    with waited_for(), in_background(lambda: True, 0.2):
        give_way()
        give_way()


def test_nothing_goes_on_once_the_process_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "_ended", True)
    with in_background(lambda: True, 10.0), pytest.raises(Stopped):
        give_way()
