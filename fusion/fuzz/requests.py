"""Requests to the real server: of wrong types and sizes, with paths and addresses in the place of files."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import unquote

import httpx

from fusion.fuzz.case import Case, Fault, Make, Refused, one_of
from fusion.fuzz.payloads import junk, uploads
from fusion.fuzz.tested import Server, called, get, posted, read_answer, serving, stream, watched
from fusion.fuzz.words import place_or_address, text

ENDPOINTS = ("ask", "compare", "classify", "explain", "teach")
_ROUTES = (
    "/", "/zh", "/zh/", "/config", "/config?page=zh", "/health", "/metrics", "/gradio_api/info",
    "/gradio_api/openapi.json", "/theme.css", "/robots.txt", "/manifest.json", "/favicon.ico", "/docs",
    "/monitoring", "/login_check", "/gradio_api/app_id", "/gradio_api/user", "/gradio_api/startup-events",
    "/gradio_api/token", "/gradio_api/queue/data", "/gradio_api/upload_progress", "/gradio_api/runs",
    "/logout",
)  # fmt: skip
_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "X")
_FILES = (
    "/gradio_api/file={}", "/gradio_api/file/{}", "/file={}", "/static/{}", "/assets/{}", "/svelte/{}",
    "/gradio_api/proxy={}", "/gradio_api/stream/{}/1/1/playlist-file", "/gradio_api/custom_component/{}",
    "/{}", "/zh/{}", "/pwa_icon/{}",
)  # fmt: skip


@contextmanager
def opened(folder: Path) -> Iterator[Make]:
    """With the server started, and ended after the last case."""
    with serving(folder) as server:

        def make(random: Random, place: Path) -> Case:
            what, send = one_of(random, _MAKERS)(random, server)
            return Case(what, lambda: watched(server, send))

        yield make


def _sound(random: Random, server: Server, name: str) -> list[Any]:
    """What the endpoint takes, with values of the right types, some of them odd."""
    event = next(one for one in server.events if one["api_name"] == name)
    return server.values(random, event)


def _endpoint(random: Random, server: Server) -> tuple[str, Callable[[], Any]]:
    name = random.choice(ENDPOINTS)
    data = _sound(random, server, name)
    way = random.randrange(8)
    if way == 0:
        data = data[: random.randrange(len(data) + 1)]
    elif way == 1:
        data += [junk(random)]
    elif way in (2, 3, 4):
        data[random.randrange(len(data))] = junk(random)
    told: Any = {"data": data}
    if random.random() < 0.15:
        told |= {random.choice(("session_hash", "event_data", "fn_index", "trigger_id", "x")): junk(random)}
    return f"/{name}", lambda: called(server, name, told)


def _named(random: Random, server: Server) -> tuple[str, Callable[[], Any]]:
    """By the names of parameters, which some endpoints may not have."""
    name = random.choice((*ENDPOINTS, "nothing", "zh/ask", "../config", ""))
    data = {random.choice(("picture", "question", "text", "labels", "x", "")): junk(random) for _ in range(3)}
    return "parameters by name", lambda: called(server, name, data, version="v2/")


def _body(random: Random, server: Server) -> tuple[str, Callable[[], Any]]:
    """Bodies that are no call."""
    name = random.choice((*ENDPOINTS, "nothing"))
    data: Any = random.choice(
        (None, 5, "x", [], {}, {"data": None}, {"data": "x"}, {"data": {}}, {"data": [[]] * 9})
    )
    raw = random.choice(
        (
            None,
            b"",
            b"{",
            b"[" * 100_000,
            b'{"data":' * 50_000,
            b'{"data": [NaN, Infinity, 1e999, -0]}',
            b'{"data": ["\\ud800"]}',
            b"\xff\xfe\x00",
            b'{"data": [' + b"1," * 100_000 + b"1]}",
            b'{"data": ["' + b"x" * 3_000_000 + b'"]}',
            b'{"data": [' + b"9" * 5000 + b"]}",
        )
    )
    return "a body that is no call", lambda: called(server, name, data, raw)


def _event(random: Random, server: Server) -> tuple[str, Callable[[], Any]]:
    """An event of the page itself, with what no page would send."""
    event = random.choice(server.events)
    told: dict[str, Any] = {
        "data": server.values(random, event),
        "fn_index": event["id"],
        "session_hash": f"s{random.getrandbits(40)}",
        "trigger_id": None,
        "event_data": None,
    }
    way, data = random.randrange(8), told["data"]
    if way < 2 and data:
        data[random.randrange(len(data))] = junk(random)
    elif way == 2:
        told["data"] = random.choice((data[1:], [*data, 1], [], None, "x", {}))
    elif way == 3:
        told["fn_index"] = random.choice((10**9, -1, "x", None, 0.5))
    elif way == 4:
        told["session_hash"] = random.choice(("", "../../x", "a" * 5000, text(random, 50), None, 5, []))
    elif way == 5:
        told["trigger_id"] = random.choice((1, 10**9, -1, "x", []))
    elif way == 6:
        told["event_data"] = random.choice((junk(random), {"value": junk(random)}, {"index": junk(random)}))

    def send() -> Any:
        response = posted(server, "/gradio_api/queue/join", json.dumps(told).encode())
        read_answer(response)
        found = told["session_hash"]
        return stream(server, f"/gradio_api/queue/data?{httpx.QueryParams(session_hash=found)}")

    return "an event of the page", send


def _file(random: Random, server: Server) -> tuple[str, Callable[[], Any]]:
    """A file of this machine, or an address elsewhere, asked of the server."""
    wanted = random.choice((place_or_address(random), str(server.folder / "secret.png"), "../secret.png"))
    way = random.randrange(3)
    if way == 1:
        wanted = wanted.replace("/", "%2f").replace(".", "%2e")
    elif way == 2:
        wanted = wanted.replace("/", "%252f")
    path = random.choice(_FILES).format(wanted)

    def send() -> Any:
        try:
            return read_answer(get(server, path))
        except Refused as refused:  # what was asked for may come back in the sentence
            raise Refused(str(refused).replace(unquote(unquote(wanted)), "…")) from None

    return "a file by its path", send


def _route(random: Random, server: Server) -> tuple[str, Callable[[], Any]]:
    path = random.choice((*_ROUTES, "/gradio_api/heartbeat", "/gradio_api/call/ask/x", "/gradio_api/run/ask"))
    method = random.choice(_METHODS) if random.random() < 0.6 else "GET"
    body = json.dumps(junk(random)).encode() if random.random() < 0.5 else random.randbytes(100)
    headers = {
        random.choice(("accept", "range", "content-type", "origin", "x-forwarded-host", "cookie", "host")): (
            random.choice(
                ("", "x" * 5000, "bytes=0-1,5-9999999", f"{place_or_address(random)}", "application/json")
            )
            .encode("ascii", "ignore")
            .decode()
            .replace("\0", "")
            .replace("\n", "")
        )
    }

    def send() -> Any:
        with server.client.stream(method, path, content=body, headers=headers) as response:
            if "event-stream" in response.headers.get("content-type", ""):
                return "a stream, left"
            response.read()
            return read_answer(response)

    return f"{method} of a page or a route", send


def _post(random: Random, server: Server) -> tuple[str, Callable[[], Any]]:
    """What else takes a body."""
    path = random.choice(
        ("cancel", "reset", "component_server", "run/ask", "api/predict", "run/predict", "queue/join",
         "login", "run-history/connect", "process_recording", "stream/x", "stream/x/close", "vibe-code",
         "call/", "upload")
    )  # fmt: skip
    names = (
        "session_hash",
        "fn_index",
        "event_id",
        "data",
        "component_id",
        "fn_name",
        "trigger_id",
        "simple_format",
    )
    told = {name: junk(random) for name in random.sample(names, 4)}
    if path == "component_server" and random.random() < 0.7:
        told |= {"component_id": random.choice([*server.components]), "fn_name": "ls", "session_hash": "a"}
        told["data"] = place_or_address(random)
    body = json.dumps(told).encode()
    return f"POST of {path}", lambda: read_answer(posted(server, f"/gradio_api/{path}", body))


def _upload(random: Random, server: Server) -> tuple[str, Callable[[], Any]]:
    content, headers = uploads(random)

    def send() -> Any:
        response = server.client.post("/gradio_api/upload", content=content, headers=headers)
        read_answer(response)
        for path in response.json():
            if (server.folder / "uploads").resolve() not in Path(path).resolve().parents:
                raise Fault("an upload was put elsewhere")
        return len(response.json())

    return "an upload", send


_MAKERS: list[tuple[int, Callable[[Random, Server], tuple[str, Callable[[], Any]]]]] = [
    (30, _endpoint),
    (6, _named),
    (12, _body),
    (20, _event),
    (14, _file),
    (12, _route),
    (8, _post),
    (8, _upload),
]
