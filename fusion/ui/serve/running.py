"""While the server runs: bounded turns, and visitors who are forgotten; then an end in order."""

import asyncio
import gc
import signal
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import FrameType
from typing import Any
from weakref import WeakKeyDictionary

import gradio as gr

from fusion import courtesy
from fusion.ui.serve.sessions import Sessions
from fusion.ui.serve.turns import Turns

_TURNS: WeakKeyDictionary[gr.Blocks, Turns] = WeakKeyDictionary()
PATIENCE_S = 5.0  # with what is under way when the server is stopped; a container is killed after 10
CLOSING_S = 1  # until what still listens is cut off


@asynccontextmanager
async def running(app: Any) -> AsyncIterator[None]:
    """Gradio's app from its first request to its last."""
    blocks: gr.Blocks = app.get_blocks()
    app.state_holder = sessions = Sessions()
    sessions.set_blocks(blocks)
    _TURNS[blocks] = Turns(blocks._queue)
    sweeping = asyncio.create_task(sessions.sweep())
    yield
    sweeping.cancel()


def asked_to_stop() -> threading.Event:
    """Set by SIGTERM or SIGINT from now on; a second signal ends the process at once."""
    asked = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        asked.set()
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, signal.SIG_DFL)

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, stop)
    return asked


def until_stopped(page: gr.Blocks, asked: threading.Event) -> None:
    """Wait for that, then let nobody in, give what is under way some time, and close the page."""
    while page.is_running and not asked.wait(1.0):
        pass
    turns = _TURNS[page]
    turns.closed = True
    end = time.monotonic() + PATIENCE_S
    while turns.under_way and time.monotonic() < end:
        time.sleep(0.05)
    courtesy.end()
    page.server.config.timeout_graceful_shutdown = CLOSING_S
    page.close(verbose=False)
    gc.freeze()  # the interpreter looks for garbage once more when it ends: seconds, with all that is loaded
