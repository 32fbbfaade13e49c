"""An optional password before everything that the server shows: $FUSION_PASSWORD."""

import base64
import binascii
import os
import re
import secrets
from contextvars import ContextVar
from http.cookies import CookieError, SimpleCookie

import anyio
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Scope

from fusion.language import later, say, speaking
from fusion.language.catalogue import ENGLISH
from fusion.ui.languages import spoken_from
from fusion.ui.mcp import PATH
from fusion.ui.serve.tries import TooManyTries, Tries

# What a browser needs to ask for the password, and what tells an operator that the server is up.
_OPEN = re.compile(
    r"/(health|login/?|theme\.css|favicon\.ico|robots\.txt|manifest\.json|(static|assets|svelte)/.*"
    r"|gradio_api/(startup-events|login_check/?|theme\.css))?"
)
WAIT_S = 1.0  # after a wrong one, before the next of the same address is looked at
TOO_MANY = later("Passwords are being tried faster than they can be checked; try again in a minute.")
_TRIES = Tries()
_address: ContextVar[str] = ContextVar("address", default="")  # that a request comes from
_language: ContextVar[str] = ContextVar("language", default=ENGLISH)  # of the page that it comes from


def password() -> str | None:
    """The password that the server was started with, None where it has none."""
    return os.environ.get("FUSION_PASSWORD") or None


async def right(name: str, given: str) -> bool:
    """Whether a visitor may come in, whatever they call themselves, as gradio's form asks it.

    Raises HTTPException where too many guesses come from the same address.
    """
    try:
        return await _tried(given)
    except TooManyTries:
        with speaking(_language.get()):
            raise HTTPException(429, say(TOO_MANY)) from None


async def _tried(given: str) -> bool:
    """Whether it is the password: each guess in its address's turn, which a wrong one keeps for a while."""
    wanted = password()
    async with _TRIES.turn(_address.get()):
        if wanted is not None and secrets.compare_digest(given.encode(), wanted.encode()):
            return True
        await anyio.sleep(WAIT_S)
        return False


async def let_in(scope: Scope, pages: tuple[str, ...]) -> bool:
    """Whether a request may be answered: one that needs no password, or has logged in; for figures and tools,
    one that brings the password along (HTTP basic authentication). pages: paths that show the form. Raises
    TooManyTries where too many guesses come from its address."""
    headers = Headers(scope=scope)
    _address.set((scope.get("client") or ("",))[0])
    _language.set(spoken_from(scope["path"], headers.get("referer", "")))
    if password() is None or _OPEN.fullmatch(scope["path"]) or scope["path"].strip("/") in pages:
        return True
    if _logged_in(scope, headers.get("cookie", "")):
        return True
    return scope["path"] in ("/metrics", PATH) and await _basic(headers.get("authorization", ""))


def _logged_in(scope: Scope, cookie: str) -> bool:
    app = scope["app"]
    try:
        cookies = SimpleCookie(cookie)
    except CookieError:
        return False
    names = (f"access-token-{app.cookie_id}", f"access-token-unsecure-{app.cookie_id}")
    return any(name in cookies and cookies[name].value in app.tokens for name in names)


async def _basic(authorization: str) -> bool:
    kind, _, told = authorization.partition(" ")
    if kind.lower() != "basic":
        return False
    try:
        _, _, given = base64.b64decode(told, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False
    return await _tried(given)
