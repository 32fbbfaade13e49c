"""Who leaves, is idle for long, or is one too many is forgotten, with what was made for them."""

import asyncio
import datetime
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr
import httpx
import pytest

from fusion.ui.leaving import forgets_who_leaves
from fusion.ui.serve import app_options
from fusion.ui.serve.sessions import IDLE_S, Sessions
from tests.ui.steps import run


@pytest.fixture
def given_back() -> list[Any]:
    return []


@pytest.fixture
def sessions(given_back: list[Any]) -> Sessions:
    with gr.Blocks() as page:
        gr.State([], delete_callback=given_back.append)
        gr.Textbox()
    page.queue()
    page.state_session_capacity = 3
    kept = Sessions()
    kept.set_blocks(page)
    return kept


def state_of(sessions: Sessions, visitor: str) -> Any:
    (number,) = [n for n, block in sessions.blocks.blocks.items() if isinstance(block, gr.State)]
    return sessions[visitor][number]


def test_each_visitor_has_a_state_of_their_own_which_goes_with_them(
    sessions: Sessions, given_back: list[Any]
) -> None:
    state_of(sessions, "a").append("a picture")
    assert state_of(sessions, "b") == [] and state_of(sessions, "a") == ["a picture"]
    run(sessions.forget("a"))
    assert given_back == [["a picture"]] and "a" not in sessions
    assert state_of(sessions, "a") == []
    run(sessions.forget("nobody"))


def test_who_is_idle_for_long_is_forgotten(sessions: Sessions, given_back: list[Any]) -> None:
    for visitor in ("old", "new"):
        state_of(sessions, visitor).append(visitor)
    sessions.time_last_used["old"] -= datetime.timedelta(seconds=IDLE_S + 1)
    run(sessions.forget_idle())
    assert "old" not in sessions and "new" in sessions
    assert given_back == [["old"]]


def test_the_one_who_was_away_longest_makes_room(sessions: Sessions) -> None:
    for visitor in ("a", "b", "c"):
        state_of(sessions, visitor)
    state_of(sessions, "a")
    state_of(sessions, "d")
    state_of(sessions, "d")
    assert [v for v in "abcd" if v in sessions] == ["a", "c", "d"]


def test_what_is_kept_for_a_time_goes_then(given_back: list[Any]) -> None:
    with gr.Blocks() as page:
        kept = gr.State(None, time_to_live=60, delete_callback=given_back.append)
    page.queue()
    sessions = Sessions()
    sessions.set_blocks(page)
    sessions["a"][kept._id] = "data"
    sessions.delete_all_expired_state()
    assert sessions["a"][kept._id] == "data"
    sessions["a"]._state_ttl[kept._id] = (60, datetime.datetime.now() - datetime.timedelta(seconds=61))
    sessions.delete_all_expired_state()
    assert sessions["a"][kept._id] is None and given_back == ["data"]


def test_who_has_the_page_open_stays(sessions: Sessions, given_back: list[Any]) -> None:
    with sessions.opened("a"), sessions.opened("a"):
        state_of(sessions, "a").append("a picture")
        for visitor in ("program 1", "program 2", "program 3"):
            state_of(sessions, visitor).append(visitor)
        assert "a" in sessions and given_back == [["program 1"]]
        sessions.time_last_used["a"] -= datetime.timedelta(seconds=IDLE_S + 1)
        run(sessions.forget_idle())
        assert state_of(sessions, "a") == ["a picture"]
    sessions.time_last_used["a"] -= datetime.timedelta(seconds=IDLE_S + 1)
    run(sessions.forget_idle())
    assert "a" not in sessions, "the page was closed"


def test_where_all_have_the_page_open_one_has_to_go(sessions: Sessions) -> None:
    with sessions.opened("a"), sessions.opened("b"), sessions.opened("c"), sessions.opened("d"):
        for visitor in "abcd":
            state_of(sessions, visitor)
        assert [v for v in "abcd" if v in sessions] == ["b", "c", "d"]


def test_what_was_shown_is_a_visitors_own(sessions: Sessions) -> None:
    (number,) = [n for n, block in sessions.blocks.blocks.items() if isinstance(block, gr.Textbox)]
    changed = gr.Textbox(label="changed", render=False)
    sessions["a"][number] = changed
    assert sessions["a"][number] is changed
    assert sessions["b"][number] is sessions.blocks.blocks[number]


@pytest.fixture
def slow(caplog: pytest.LogCaptureFixture) -> Iterator[tuple[str, Any]]:
    """Address and queue of a page whose event 0 takes long, and whose event 1 is sent when one leaves. No
    error may be written down."""

    async def slowly() -> None:
        await asyncio.sleep(60)

    with gr.Blocks() as page:
        gr.Button().click(slowly)
        forgets_who_leaves(page)
    options = app_options(most_bytes=1000)
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, server_port=None, app_kwargs=options)
    logging.getLogger("uvicorn.error").addHandler(caplog.handler)
    try:
        yield url, page._queue
        httpx.get(f"{url}health")
        time.sleep(0.5)  # in which an error would be written down
    finally:
        logging.getLogger("uvicorn.error").removeHandler(caplog.handler)
        page.close(verbose=False)
    told = [*caplog.get_records("call"), *caplog.records]
    assert [record for record in told if record.levelno >= logging.ERROR] == []


def test_a_visitor_who_leaves_while_they_wait_is_no_error(slow: tuple[str, Any]) -> None:
    url, queue = slow
    httpx.post(f"{url}gradio_api/queue/join", json={"fn_index": 0, "data": [], "session_hash": "a"})
    with httpx.stream("GET", f"{url}gradio_api/queue/data?session_hash=a") as waits:
        lines = waits.iter_lines()  # the line is held for as long as this is
        next(lines)
        with httpx.stream("GET", f"{url}gradio_api/heartbeat/a") as open_page:
            next(open_page.iter_lines())
        until(lambda: "a" not in queue.pending_messages_per_session)
    until(lambda: "a" not in queue.pending_event_ids_session)


def test_a_program_that_leaves_while_it_listens_is_no_error(slow: tuple[str, Any]) -> None:
    url, _ = slow
    asked, left = ({"fn_index": number, "data": [], "session_hash": "a"} for number in (0, 1))
    httpx.post(f"{url}gradio_api/queue/join", json=asked)
    with httpx.stream("GET", f"{url}gradio_api/queue/data?session_hash=a", timeout=60) as waits:
        lines = waits.iter_lines()
        next(lines)
        httpx.post(f"{url}gradio_api/queue/join", json=left)
        assert "404" in [*filter(None, lines)][-1]  # gradio says so and ends, properly


def until(happened: Callable[[], bool]) -> None:
    """Wait until it has happened, for a while."""
    end = time.monotonic() + 20
    while not happened() and time.monotonic() < end:
        time.sleep(0.05)
    assert happened()
