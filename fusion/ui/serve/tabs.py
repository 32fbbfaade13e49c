"""Whose page is open: each holds a line to the server, gradio's heartbeat."""

import re

from starlette.types import ASGIApp, Receive, Scope, Send

_LINE = re.compile(r"/gradio_api/heartbeat/([^/]+)")


class Tabs:
    """Wraps an app, whose sessions learn of each such line for as long as it is held."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        line = _LINE.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if line is None:
            await self.app(scope, receive, send)
            return
        with scope["app"].state_holder.opened(line[1]):
            await self.app(scope, receive, send)
