"""Who is let in without the form: whoever brings the password along, to the figures and the tools alone."""

import asyncio
import base64
from types import SimpleNamespace

import anyio
import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from fusion.ui.serve import password
from fusion.ui.serve.guard import Guard
from fusion.ui.serve.password import let_in, right
from fusion.ui.serve.tries import MOST, TooManyTries, Tries
from tests.ui.steps import run


@pytest.mark.parametrize(
    ("path", "given", "inside"),
    [
        ("/mcp", "open sesame", True),
        ("/metrics", "open sesame", True),
        ("/mcp", "open barley", False),
        ("/config", "open sesame", False),
        ("/static/../config", "", True),  # which is a file's name there, and none that exists
        ("//config", "", False),
        ("/CONFIG", "", False),
        ("/zh/config", "", False),
        ("/health/../config", "", False),
        ("/gradio_api/startup-events/x", "", False),
        ("/zh", "", True),
    ],
)
def test_who_is_let_in(monkeypatch: pytest.MonkeyPatch, path: str, given: str, inside: bool) -> None:
    monkeypatch.setenv("FUSION_PASSWORD", "open sesame")
    monkeypatch.setattr(password, "WAIT_S", 0.0)
    brought = b"Basic " + base64.b64encode(f":{given}".encode())
    app = SimpleNamespace(cookie_id="1", tokens={"token": "somebody"})
    scope = {"type": "http", "path": path, "app": app, "headers": [(b"authorization", brought)]}
    assert run(let_in(scope, ("zh",))) is inside
    cookie = (b"cookie", b"access-token-unsecure-1=token")
    assert run(let_in({**scope, "headers": [cookie]}, ("zh",)))


def test_guesses_of_one_address_are_looked_at_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUSION_PASSWORD", "open sesame")
    monkeypatch.setattr(password, "_TRIES", tries := Tries())
    done: list[str] = []
    pauses: list[asyncio.Event] = []

    async def pause(_: float) -> None:
        pauses.append(asyncio.Event())
        await pauses[-1].wait()

    monkeypatch.setattr(anyio, "sleep", pause)

    async def guess(address: str, given: str) -> None:
        brought = b"Basic " + base64.b64encode(f":{given}".encode())
        app = SimpleNamespace(cookie_id="1", tokens={})
        headers = [(b"authorization", brought)]
        scope = {"type": "http", "path": "/metrics", "app": app, "headers": headers, "client": (address, 1)}
        done.append(f"{address} {given} {await let_in(scope, ())}")

    async def guesses() -> None:
        one, other = "192.0.2.1", "192.0.2.2"
        under_way = [asyncio.create_task(guess(one, given)) for given in ("a", "b", "open sesame")]
        await asyncio.sleep(0.01)
        assert len(pauses) == 1, "the others of this address wait"
        await guess(other, "open sesame")
        assert done == [f"{other} open sesame True"], "nobody else waits for them"
        for n in (1, 2):
            pauses[-1].set()
            await asyncio.sleep(0.01)
            assert len(pauses) == min(n + 1, 2)
        await asyncio.gather(*under_way)
        assert done[1:] == [f"{one} a False", f"{one} b False", f"{one} open sesame True"]
        assert not tries._turns and not tries._waiting, "nothing is kept"

    run(guesses())


def test_an_address_that_guesses_without_end_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUSION_PASSWORD", "open sesame")
    monkeypatch.setattr(password, "_TRIES", Tries(0))
    with pytest.raises(HTTPException) as refused:
        run(right("", "open sesame"))
    assert refused.value.status_code == 429
    app = Starlette(middleware=[Middleware(Guard, most_bytes=1000)])
    vars(app).update(cookie_id="1", tokens={})
    answer = TestClient(app).get("/metrics", auth=("", "x"))
    assert answer.status_code == 429 and answer.text.startswith("Passwords are being tried faster")


def test_only_so_many_guesses_of_an_address_wait() -> None:
    async def wait() -> None:
        tries = Tries()
        open_ = asyncio.Event()

        async def one() -> None:
            async with tries.turn("192.0.2.1"):
                await open_.wait()

        waiting = [asyncio.create_task(one()) for _ in range(MOST)]
        await asyncio.sleep(0.01)
        with pytest.raises(TooManyTries):
            await one()
        for task in waiting[1:]:
            task.cancel()
        await asyncio.wait(waiting[1:])
        async with asyncio.timeout(5):
            open_.set()
            await waiting[0]
            await one()
        assert not tries._turns and not tries._waiting

    run(wait())
