"""Headers that keep a browser to this server, on every answer; a request that is too large is refused."""

import logging
import os
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger(__name__)
UNREADABLE = "This request is none that can be answered; see the page's API for those that can."
# The page's own scripts and styles stand in it and are compiled in it; nothing comes from elsewhere.
_POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}
# Routes of gradio that this page has no use for: they fetch from other addresses, or tell of visitors.
_CLOSED = re.compile(
    r"/(gradio_api/)?(proxy=|custom_component|stream|vibe-edit|undo-vibe-edit|monitoring|runs|run-history|"
    r"process_recording|deep_link|dev/)"
)


class Guard:
    """Wraps an app. most_bytes: of a request's body, told beforehand or not."""

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        self.app = app
        self.most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headed = _with_headers(send)
        if _CLOSED.match(scope["path"]):
            await PlainTextResponse("There is nothing here.", 404)(scope, receive, headed)
            return
        told = Headers(scope=scope).get("content-length", "0")
        if not told.isdigit() or int(told) > self.most_bytes:
            await self._refuse(scope, receive, headed)
            return
        await self._bounded(scope, receive, headed)

    async def _bounded(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The app, until more has come than was allowed; what is sent in pieces tells no length."""
        came = 0
        started = False

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > self.most_bytes:
                raise _TooLarge
            return message

        async def noted(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, counted, noted)
        except _TooLarge:
            if not started:
                await self._refuse(scope, receive, send)
        except Exception as error:  # a route of gradio's own met what it does not expect
            if started:
                raise
            logger.error("unexpected %s over a request", type(error).__name__)
            await PlainTextResponse(UNREADABLE, 400)(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        sentence = f"A request may have at most {self.most_bytes // 10**6} MB."
        await PlainTextResponse(sentence, 413)(scope, receive, send)


class _TooLarge(Exception):
    pass


def _with_headers(send: Send) -> Send:
    # A Space shows the page inside its own; elsewhere no other page may.
    inside = "*" if "SPACE_ID" in os.environ else "'self'"
    policy = "; ".join(f"{name} {value}" for name, value in {**_POLICY, "frame-ancestors": inside}.items())

    async def headed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["content-security-policy"] = policy
            headers["x-content-type-options"] = "nosniff"
            headers["referrer-policy"] = "no-referrer"
            headers["permissions-policy"] = "camera=(), microphone=(), geolocation=()"
        await send(message)

    return headed
