"""Who may put how much into the server's queue, and how long what is in it takes."""

import sys
import time
from collections.abc import Iterator
from typing import Any

import gradio as gr
from fastapi import HTTPException
from gradio.queueing import Event, Queue

from fusion.language import say, speaking
from fusion.language.catalogue import ENGLISH
from fusion.ui.serve.metrics import event_took

EACH = 16  # events of one visitor that wait or run
ADDRESS = 256  # of one address, behind which there may be several visitors
ALL = 512  # of everybody


class Turns:
    """Stands before a queue: each visitor has a few places in it, whoever else fills theirs."""

    def __init__(self, queue: Queue) -> None:
        self.closed = False  # from then on nothing is let in
        self._queue = queue
        self._push, self._process = queue.push, queue.process_events
        vars(queue).update(push=self._let_in, process_events=self._measured)

    @property
    def under_way(self) -> list[Event]:
        """What waits or runs."""
        queues = self._queue.event_queue_per_concurrency_id.values()
        waiting = [event for queue in queues for event in queue.queue]
        return [*waiting, *(event for job in self._queue.active_jobs if job for event in job)]

    async def _let_in(self, body: Any, request: Any, username: str | None) -> Any:
        known = self._queue.blocks.fns.get(body.fn_index)
        with speaking((known.page if known is not None else "") or ENGLISH):
            for sentence in self._reasons(body.session_hash, _address(request)):
                # gradio's page has words of its own for 503, and shows what comes with any other
                raise HTTPException(429, sentence)
        return await self._push(body, request, username)

    def _reasons(self, session: str | None, address: str) -> Iterator[str]:
        """Why an event cannot be let in."""
        if self.closed:
            yield say("This server is being stopped; try again in a minute.")
        under_way = self.under_way
        if sum(event.session_hash == session for event in under_way) >= EACH:
            yield say("You have asked for a lot at once; wait until some of it is answered.")
        if sum(_address(event.request) == address for event in under_way) >= ADDRESS:
            yield say("A lot is being asked from where you are; wait until some of it is answered.")
        if len(under_way) >= ALL:
            yield say("Many people are asking just now; try again in a minute.")

    async def _measured(self, events: list[Event], *given: Any) -> None:
        began = time.monotonic()
        try:
            await self._process(events, *given)
        finally:
            took = time.monotonic() - began
            for event in events:
                event_took(str(event.fn.name), began - event.enqueue_time, took)


def _address(request: Any) -> str:
    return request.client.host if request.client is not None else ""


def without_analytics(page: gr.Blocks) -> None:
    """Gradio notes down every event and its visitor, and counts all of them up after each one."""
    queue = page._queue
    queue.ANALYTICS_MAX_EVENTS = 1
    queue.ANAYLTICS_CACHE_FREQUENCY = sys.maxsize
