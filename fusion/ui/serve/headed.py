"""Pages are sent with their language and with what must run before gradio's own scripts.

Gradio's `head` is put in place by these scripts, once they have chosen the language of their own words.
"""

import gzip
from functools import lru_cache

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fusion.ui.head import head
from fusion.ui.languages import spoken_at


class Headed:
    """Wraps an app whose pages have a plain <head> and say that they are English."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        start: Message | None = None  # of a page, until all of it is there
        page = b""

        async def headed(message: Message) -> None:
            nonlocal start, page
            if message["type"] == "http.response.start":
                if Headers(raw=message["headers"]).get("content-type", "").startswith("text/html"):
                    start = message
                    return
            elif start is not None and message["type"] == "http.response.body":
                page += message.get("body", b"")
                if message.get("more_body", False):
                    return
                code = spoken_at(scope["path"])
                page = page.replace(b'lang="en"', f'lang="{code}"'.encode(), 1)
                page = page.replace(b"<head>", b"<head>" + head(code).encode(), 1)
                headers = MutableHeaders(raw=start["headers"])
                if "gzip" in Headers(scope=scope).get("accept-encoding", ""):
                    page = _compressed(page)
                    headers["content-encoding"] = "gzip"
                headers.add_vary_header("Accept-Encoding")
                headers["content-length"] = str(len(page))
                await send(start)
                message = {"type": "http.response.body", "body": page}
            await send(message)

        await self.app(scope, receive, headed)


@lru_cache(maxsize=8)
def _compressed(page: bytes) -> bytes:
    """Half a megabyte of text, the same for every visitor that reads one language at one address."""
    return gzip.compress(page, compresslevel=6)
