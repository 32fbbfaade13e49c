"""What the server remembers of each visitor: little, and not for long."""

import asyncio
import datetime
from copy import copy
from typing import Any

import gradio as gr
from gradio.state_holder import SessionState, StateHolder

IDLE_S = 3600.0  # after which a visitor is forgotten whose browser never said goodbye
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
        if isinstance(self.blocks_config.blocks.get(key), gr.State):
            self.state_data[key] = value
        else:
            self.blocks_config.blocks[key] = value

    def _update_config(self, key: int) -> None:
        pass

    def _update_value_in_config(self, key: int, value: Any) -> None:
        pass


class Sessions(StateHolder):
    """Those of all visitors, each until they leave, are idle for long, or too many others came."""

    def __getitem__(self, session_id: str) -> SessionState:
        if session_id not in self.session_data:
            self.session_data[session_id] = Session(self.blocks)
        return super().__getitem__(session_id)

    async def forget(self, session_id: str) -> None:
        """Everything that is kept of a visitor, at once; what was made for them is given back."""
        session = self.session_data.pop(session_id, None)
        self.time_last_used.pop(session_id, None)
        queue = self.blocks._queue
        await queue.clean_events(session_hash=session_id)  # which have nobody any more to answer to
        queue.pending_event_ids_session.pop(session_id, None)
        if session_id in queue.pending_messages_per_session:
            del queue.pending_messages_per_session[session_id]
        if session is None:
            return
        for number, value in session.state_data.items():
            block = session.blocks_config.blocks.get(number)
            if isinstance(block, gr.State):
                block.delete_callback(value)

    async def forget_idle(self, idle_s: float = IDLE_S) -> None:
        """Forget who has done nothing for so many seconds."""
        old = datetime.datetime.now() - datetime.timedelta(seconds=idle_s)
        for session_id in [key for key, used in self.time_last_used.items() if used < old]:
            await self.forget(session_id)

    async def sweep(self) -> None:
        """Forget who is idle for long, as long as the server runs."""
        while True:
            await asyncio.sleep(LOOK_S)
            await self.forget_idle()
