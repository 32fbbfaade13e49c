"""Long work in the background: one at a time, joined, stopped, its failure kept."""

import time
from collections.abc import Callable
from threading import Event

import pytest

from fusion.errors import Stopped, UserError
from fusion.progress import Progress
from fusion.ui.jobs import Job, Jobs, allowed


def ended(job: Job) -> Job:
    job._thread.join(30)
    return job


@pytest.fixture
def go_on() -> Event:
    return Event()


@pytest.fixture
def work(go_on: Event) -> Callable[[Progress], None]:
    """Tells where it is, waits, and tells again until it is stopped or told to go on."""

    def run(progress: Progress) -> None:
        progress("counting", 1, 2)
        while not go_on.wait(0.01):
            progress("counting", 1, 2)

    return run


def test_who_asks_for_the_same_joins_and_who_asks_for_another_is_told(
    work: Callable[[Progress], None], go_on: Event
) -> None:
    jobs = Jobs()
    first = jobs.start("count", work)
    assert jobs.start("count", work) is first and jobs.running("count") is first
    assert jobs.running("other") is None
    while first.done == 0:
        time.sleep(0.01)
    assert (first.what, first.done, first.total) == ("counting", 1, 2)
    with pytest.raises(UserError, match="busy"):
        jobs.start("other", work)
    go_on.set()
    assert ended(first).over and first.error is None
    assert jobs.running("count") is None
    assert ended(jobs.start("other", work)).over


def test_it_stops_at_its_next_step(work: Callable[[Progress], None]) -> None:
    job = Jobs().start("count", work)
    job.stop()
    assert isinstance(ended(job).error, Stopped) and job.stopping


def test_a_failure_is_kept_and_the_next_may_start() -> None:
    def fail(_: Progress) -> None:
        raise UserError("No.")

    jobs = Jobs()
    assert str(ended(jobs.start("fail", fail)).error) == "No."
    assert ended(jobs.start("fail", fail)).over


@pytest.mark.parametrize(
    ("given", "space", "expected"),
    [(None, None, True), (None, "me/lens", False), ("on", "me/lens", True), ("off", None, False)],
)
def test_the_owner_of_a_server_decides(
    monkeypatch: pytest.MonkeyPatch, given: str | None, space: str | None, expected: bool
) -> None:
    for name, value in (("FUSION_JOBS", given), ("SPACE_ID", space)):
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, value)
    assert allowed() is expected
