"""Gradio's own scripts and styles are read and compressed once, not for every visitor."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATH = "/assets/"  # a file's name there holds the hash of what is in it
CONDITIONS = ("range", "if-none-match", "if-modified-since", "if-range")  # of a request for less than a file


class Kept:
    """Wraps an app, and tells browsers that they may keep these files too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._files: dict[tuple[str, bool], list[Message]] = {}  # those that gradio comes with, at most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(PATH):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if any(name in headers for name in CONDITIONS):
            await self.app(scope, receive, send)
            return
        key = scope["path"], "gzip" in headers.get("accept-encoding", "")
        if key not in self._files:
            messages: list[Message] = []

            async def note(message: Message) -> None:
                messages.append(message)

            await self.app(scope, receive, note)
            if messages[0]["status"] == 200:
                kept = "public, max-age=31536000, immutable"
                MutableHeaders(raw=messages[0]["headers"])["cache-control"] = kept
                self._files[key] = messages
        else:
            messages = self._files[key]
        for message in messages:
            await send(_copied(message))


def _copied(message: Message) -> Message:
    """What stands outside changes what it passes on."""
    return {name: list(x) if isinstance(x, list) else x for name, x in message.items()}
