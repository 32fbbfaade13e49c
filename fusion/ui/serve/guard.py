"""Headers that keep a browser to this server, on every answer; a request that is too large is refused."""

import asyncio
import logging
import os
import re
import time

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fusion.language import later, say, speaking
from fusion.language.speaking import Sentence
from fusion.ui.failures import UNREADABLE
from fusion.ui.languages import others, spoken_from
from fusion.ui.mcp import PATH
from fusion.ui.serve.password import TOO_MANY, let_in
from fusion.ui.serve.tries import TooManyTries
from fusion.ui.serve.uploads import Uploads

logger = logging.getLogger(__name__)
BODY_S = 120.0  # within which the body of a request must have come, beside what its bytes take
SLOWEST = 50_000  # bytes a second of who uploads much over a slow line
DIGITS = 15  # of a length that anybody means
WORDS = 10_000_000  # bytes of a body that is read into memory as a whole
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
_ANSWERS = "/gradio_api/queue/data"
# Routes of gradio that this page has no use for: they fetch from other addresses, or tell of visitors.
_CLOSED = re.compile(
    r"/(gradio_api/)?(file[=/]https?:|proxy=|custom_component|component_server|stream|vibe-|undo-vibe-edit|"
    r"monitoring|runs|run-history|process_recording|deep_link|dev/)"
)


class Guard:
    """Wraps an app. most_bytes: of an upload, told beforehand or not; of anything else WORDS at most. body_s:
    until all of it has come. uploads: of all visitors."""

    def __init__(
        self, app: ASGIApp, most_bytes: int, body_s: float = BODY_S, uploads: Uploads | None = None
    ) -> None:
        self.app = app
        self.most_bytes = most_bytes
        self._body_s = body_s
        self._uploads = uploads or Uploads()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headed = _with_headers(send, scope["scheme"] == "https")
        try:
            inside = await let_in(scope, others())
        except TooManyTries:
            await _told(scope, TOO_MANY, 429)(scope, receive, headed)
            return
        if not inside:
            await _told(scope, later("A password is needed."), 401)(scope, receive, headed)
            return
        if _CLOSED.match(scope["path"]) or _listens_in_vain(scope):
            await _told(scope, later("There is nothing here."), 404)(scope, receive, headed)
            return
        told = Headers(scope=scope).get("content-length", "")
        uploads = scope["path"].endswith("/upload")
        most = self.most_bytes if uploads or scope["path"] == PATH else min(WORDS, self.most_bytes)
        if told and (not told.isdecimal() or len(told) > DIGITS or int(told) > most):
            await _refuse(scope, receive, headed, most)
            return
        if not uploads:
            await self._bounded(scope, receive, headed, most)
            return
        most = int(told) if told else most  # what is sent in pieces tells no length
        upload = self._uploads.begun((scope.get("client") or ("",))[0], most)
        if upload is None:
            await _later(scope, receive, headed)
            return
        upload.size = await self._bounded(scope, receive, headed, upload.size)

    async def _bounded(self, scope: Scope, receive: Receive, send: Send, most: int) -> int:
        """The app, until more bytes have come than was allowed, or too few in their time. Gives back how many
        came."""
        came = 0
        started = complete = False
        start = time.monotonic()

        async def counted() -> Message:
            nonlocal came, complete
            end = start + self._body_s + came / SLOWEST
            message = await asyncio.wait_for(receive(), None if complete else end - time.monotonic())
            came += len(message.get("body", b""))
            complete = not message.get("more_body", False)
            if came > most:
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
                await _refuse(scope, receive, send, most)
        except TimeoutError:
            if complete:
                raise
            if not started:
                await _told(scope, later("The request took too long to come."), 408)(scope, receive, send)
        except Exception as error:  # a route of gradio's own met what it does not expect
            if started and isinstance(error.__cause__, HTTPException):  # forgotten while they listen; told so
                await send({"type": "http.response.body", "body": b""})
                return came
            if started:
                raise
            logger.error("unexpected %s over a request", type(error).__name__)
            await _told(scope, UNREADABLE, 400)(scope, receive, send)
        return came


async def _refuse(scope: Scope, receive: Receive, send: Send, most: int) -> None:
    sentence = later("A request may have at most {most} MB.", most=most // 10**6)
    await _told(scope, sentence, 413)(scope, receive, send)


async def _later(scope: Scope, receive: Receive, send: Send) -> None:
    sentence = later("So much was uploaded just now that there is no room; try again in a few minutes.")
    await _told(scope, sentence, 429)(scope, receive, send)


def _told(scope: Scope, sentence: Sentence, status: int) -> PlainTextResponse:
    """A refusal in the language of the page that the request comes from."""
    with speaking(spoken_from(scope["path"], Headers(scope=scope).get("referer", ""))):
        return PlainTextResponse(say(sentence), status)


def _listens_in_vain(scope: Scope) -> bool:
    """Whether no such session waits for the answers it asks for: gradio would begin to send, and fail."""
    if scope["path"] != _ANSWERS:
        return False
    waiting = scope["app"].get_blocks()._queue.pending_messages_per_session
    return any(one not in waiting for one in QueryParams(scope["query_string"]).getlist("session_hash"))


class _TooLarge(Exception):
    pass


def _with_headers(send: Send, secure: bool) -> Send:
    # A Space shows the page inside its own; elsewhere no other page may.
    inside = "*" if "SPACE_ID" in os.environ else "'self'"
    policy = "; ".join(f"{name} {value}" for name, value in {**_POLICY, "frame-ancestors": inside}.items())

    async def headed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["content-security-policy"] = policy
            headers["x-content-type-options"] = "nosniff"
            headers["referrer-policy"] = "same-origin"  # a refusal follows the page's language
            if secure:
                headers["strict-transport-security"] = "max-age=31536000"
            headers["permissions-policy"] = "camera=(), microphone=(), geolocation=()"
        await send(message)

    return headed
