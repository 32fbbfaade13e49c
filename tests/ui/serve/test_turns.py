"""Nobody fills the queue: one visitor has a few places, and is told so in their language."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import HTTPException

from fusion.ui.serve import turns
from fusion.ui.serve.turns import ADDRESS, ALL, EACH, Turns
from tests.ui.steps import run


class Queue:
    """As gradio's, with two events of two pages; nothing that is let in ever ends."""

    def __init__(self) -> None:
        self.waiting: list[Any] = []
        self.event_queue_per_concurrency_id = {"page": SimpleNamespace(queue=self.waiting)}
        self.active_jobs: list[Any] = [None]
        self.blocks = SimpleNamespace(fns={0: SimpleNamespace(page=""), 1: SimpleNamespace(page="zh")})

    async def push(self, body: Any, request: Any, username: str | None) -> bool:
        self.waiting.append(SimpleNamespace(session_hash=body.session_hash, request=request))
        return True

    async def process_events(self, events: Any, *given: Any) -> None:
        pass


@pytest.fixture
def queue() -> Iterator[Any]:
    yield Queue()


def join(queue: Any, visitor: str, address: str = "here", page: int = 0) -> str:
    """Ask for one more event; gives back why it is refused, "" where it is let in."""
    body = SimpleNamespace(session_hash=visitor, fn_index=page)
    request = SimpleNamespace(client=SimpleNamespace(host=address))
    try:
        assert run(queue.push(body, request, None))
    except HTTPException as refused:
        assert refused.status_code == 429
        return str(refused.detail)
    return ""


def test_who_floods_is_told_and_others_are_let_in(queue: Any) -> None:
    Turns(queue)
    assert not any(join(queue, "flood") for _ in range(EACH))
    assert join(queue, "flood").startswith("You have asked for a lot at once")
    assert join(queue, "flood", page=1).startswith("你一次提出的请求太多了")
    assert join(queue, "calm") == ""
    queue.active_jobs = [queue.waiting[:1]]
    del queue.waiting[:2]
    assert join(queue, "flood") == "", "what is done counts no more"
    assert join(queue, "flood") != "", "what runs does"


def test_an_address_and_all_together_are_bounded(queue: Any) -> None:
    Turns(queue)
    assert not any(join(queue, str(i), "one") for i in range(ADDRESS))
    assert "from where you are" in join(queue, "late", "one")
    assert not any(join(queue, str(i), str(i)) for i in range(1000, 1000 + ALL - ADDRESS))
    assert "Many people" in join(queue, "last", "two")


def test_a_server_that_stops_lets_nobody_in(queue: Any) -> None:
    before = Turns(queue)
    before.closed = True
    assert "being stopped" in join(queue, "somebody")


def test_an_events_wait_and_work_are_measured(queue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[tuple[str, float, float]] = []
    monkeypatch.setattr(turns, "event_took", lambda *took: noted.append(took))
    monkeypatch.setattr(turns, "time", SimpleNamespace(monotonic=iter((5.0, 7.5)).__next__))
    Turns(queue)
    event = SimpleNamespace(fn=SimpleNamespace(name="asked"), enqueue_time=4.0)
    run(queue.process_events([event], False, 0.0, event.fn))
    assert noted == [("asked", 1.0, 2.5)]
