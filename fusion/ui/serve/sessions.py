"""What the server remembers of each visitor: little, and not for long."""

import asyncio
import datetime
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

import gradio as gr
from gradio.state_holder import SessionState, StateHolder
from gradio.utils import LRUCache

logger = logging.getLogger(__name__)
IDLE_S = 3600.0  # after which a visitor is forgotten whose page is not open, as a program's never is
LOOK_S = 60.0  # between two looks for such


class Session(SessionState):
    """A visitor's state, without the copy of the page's whole configuration that gradio keeps beside it.

    That copy serves links into a session, which are closed here; it costs half a megabyte a visitor, and most
    of the time of an event.
    """

    def __init__(self, blocks: gr.Blocks) -> None:
        self.blocks_config = copy(blocks.default_config)
        self.config_values: dict[int, Any] = {}
        self.state_data: dict[int, Any] = {}
        self._state_ttl: dict[int, Any] = {}
        self.is_closed = False
        self.STATE_TTL_WHEN_CLOSED = int(IDLE_S)

    def __setitem__(self, key: int, value: Any) -> None:
        block = self.blocks_config.blocks.get(key)
        if isinstance(block, gr.State):
            self._state_ttl[key] = (block.time_to_live, datetime.datetime.now())
            self.state_data[key] = value
        else:
            self.blocks_config.blocks[key] = value

    def _update_config(self, key: int) -> None:
        pass

    def _update_value_in_config(self, key: int, value: Any) -> None:
        pass


class Messages(LRUCache[str, Any]):
    """What waits to be sent to each visitor. Gradio deletes it when a visitor's line breaks off, and fails
    where they were forgotten already."""

    def __delitem__(self, session_id: str) -> None:
        if session_id in self:
            super().__delitem__(session_id)


class Sessions(StateHolder):
    """Those of all visitors, each until they leave, are idle for long, or too many others came; whoever has
    the page open stays before whoever has not."""

    def __init__(self) -> None:
        super().__init__()
        self._open: Counter[str] = Counter()

    def set_blocks(self, blocks: gr.Blocks) -> None:
        """The page whose visitors these are."""
        super().set_blocks(blocks)
        queue = blocks._queue
        queue.pending_messages_per_session = Messages(queue.pending_messages_per_session.max_size)

    def __getitem__(self, session_id: str) -> SessionState:
        if session_id not in self.session_data:
            self.session_data[session_id] = Session(self.blocks)
        return super().__getitem__(session_id)

    def update(self, session_id: str) -> None:
        """Note that a visitor came, and let another one go where there are too many."""
        if session_id in self.session_data:
            self.session_data.move_to_end(session_id)
        if len(self.session_data) > self.capacity:
            others = [other for other in self.session_data if other != session_id]
            self._drop(next((other for other in others if other not in self._open), others[0]))

    @contextmanager
    def opened(self, session_id: str) -> Iterator[None]:
        """While a visitor has the page open."""
        self._open[session_id] += 1
        try:
            yield
        finally:
            self._open[session_id] -= 1
            self._open += Counter()  # keeps what is above zero

    async def forget(self, session_id: str) -> None:
        """Everything that is kept of a visitor, at once; what was made for them is given back."""
        queue = self.blocks._queue
        await queue.clean_events(session_hash=session_id)  # which have nobody any more to answer to
        queue.pending_event_ids_session.pop(session_id, None)
        queue.pending_messages_per_session.pop(session_id, None)
        self._drop(session_id)

    async def forget_idle(self) -> None:
        """Forget who has done nothing for IDLE_S seconds and has not got the page open."""
        old = datetime.datetime.now() - datetime.timedelta(seconds=IDLE_S)
        idle = [key for key, used in self.time_last_used.items() if used < old and key not in self._open]
        for session_id in idle:
            await self.forget(session_id)
        queue = self.blocks._queue
        for session_id in set(queue.pending_event_ids_session) - set(queue.pending_messages_per_session):
            del queue.pending_event_ids_session[session_id]  # nobody can ask for these answers any more

    async def sweep(self) -> None:
        """Forget who is idle for long, as long as the server runs."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self.forget_idle()
            except Exception as error:  # the next look may go better
                logger.error("unexpected %s while visitors were forgotten", type(error).__name__)

    def _drop(self, session_id: str) -> None:
        session = self.session_data.pop(session_id, None)
        self.time_last_used.pop(session_id, None)
        if session is None:
            return
        for number, value in session.state_data.items():
            block = session.blocks_config.blocks.get(number)
            if isinstance(block, gr.State):
                block.delete_callback(value)
