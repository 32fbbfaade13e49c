"""Whose page is open: each holds a line to the server, gradio's heartbeat, and hears answers over another."""

import re
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_LINE = re.compile(r"/gradio_api/heartbeat/([^/]+)")
_ANSWERS = "/gradio_api/queue/data"


class Tabs:
    """Wraps an app, whose sessions learn of each such line for as long as it is held."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == _ANSWERS and _asks_for_nothing(scope):
            await Response(status_code=404)(scope, receive, send)
            return
        line = _LINE.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if line is None:
            await self.app(scope, receive, send)
            return
        with scope["app"].state_holder.opened(line[1]):
            await self.app(scope, receive, send)


def _asks_for_nothing(scope: Scope) -> bool:
    """Whether no session of that name waits for an answer: gradio would begin to give one, and fail."""
    waiting = scope["app"].get_blocks()._queue.pending_messages_per_session
    named = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", ())
    return any(one not in waiting for one in named)
