"""Requests to the real server: of wrong types and sizes, with paths and addresses in the place of files."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import unquote

import httpx

from fusion.fuzz.archives import picture
from fusion.fuzz.case import Case, Fault, Make, Refused, one_of
from fusion.fuzz.payloads import component_value, junk, uploads
from fusion.fuzz.words import place_or_address, text

ENDPOINTS = ("ask", "compare", "classify", "explain", "teach")
PATIENCE_S = 30.0  # for an answer; what is still at work then is stopped, as a visitor would
# What the server writes where it has only an excuse for a visitor, and no reason.
_UNEXPECTED = re.compile(r"unexpected \w+ in the page|\w+ in an event|\w+ in the server")
SECRET = "fuzz-secret-that-no-answer-holds"
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


@dataclass
class Server:
    """The server under test. log: what it writes to its terminal. events: of its page, from its config."""

    address: str
    folder: Path
    log: Path
    process: subprocess.Popen[bytes]
    client: httpx.Client
    picture: bytes = b""
    events: list[dict[str, Any]] = field(default_factory=list)
    components: dict[int, dict[str, Any]] = field(default_factory=dict)

    def values(self, random: Random, event: dict[str, Any]) -> list[Any]:
        """What an event takes, of the right types."""
        shared = (self.folder, self.uploaded())
        return [component_value(random, self.components[number], *shared) for number in event["inputs"]]

    def uploaded(self) -> str:
        """The path of a picture that was just uploaded."""
        response = self.client.post("/gradio_api/upload", files={"files": ("a.png", self.picture)})
        return str(response.json()[0])

    def noted(self) -> str:
        """What must not have happened since the last time."""
        time.sleep(0.03)
        found = [*dict.fromkeys(_rest_of(self.folder / "seen").splitlines())]
        log = _rest_of(self.log)
        if "Traceback (most recent call last)" in log:
            found.append(f"the server wrote a traceback: {log.strip().splitlines()[-1][:200]}")
        found += [f"the server met what it did not expect: {line}" for line in _UNEXPECTED.findall(log)]
        if self.process.poll() is not None:
            found.append(f"the server ended with status {self.process.returncode}")
        return "; ".join(found)


@contextmanager
def opened(folder: Path) -> Iterator[Make]:
    """With the server started, and ended after the last case."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "secret.png").write_text(SECRET)
    log = folder / "log"
    with log.open("wb") as terminal:
        process = subprocess.Popen(
            [sys.executable, "-m", "fusion.fuzz.server", str(port), str(folder)],
            stdout=terminal,
            stderr=terminal,
            env={**os.environ, "GRADIO_TEMP_DIR": str(folder / "uploads")},
        )
    address = f"http://127.0.0.1:{port}"
    try:
        while not (folder / "ready").exists():
            if process.poll() is not None:
                raise RuntimeError(f"the server did not start: {log.read_text()[-500:]}")
            time.sleep(0.1)
        with httpx.Client(base_url=address, timeout=PATIENCE_S) as client:
            server = Server(address, folder, log, process, client)
            config = client.get("/config").json()
            server.components = {one["id"]: one for one in config["components"]}
            server.events = config["dependencies"]
            server.picture = picture(Random(0))
            server.noted()

            def make(random: Random, place: Path) -> Case:
                what, send = one_of(random, _MAKERS)(random, server)
                return Case(what, lambda: _watched(server, send))

            yield make
    finally:
        process.kill()
        process.wait()


def _watched(server: Server, send: Callable[[], Any]) -> Any:
    try:
        try:
            answer = send()
        except (httpx.InvalidURL, httpx.LocalProtocolError, UnicodeEncodeError) as error:
            raise Refused("This cannot be sent at all.") from error
        except httpx.RemoteProtocolError as error:
            raise Fault(f"the connection was closed without an answer: {error}") from error
        except httpx.TimeoutException as error:
            raise Fault(f"no answer within {PATIENCE_S:.0f} s") from error
    finally:
        noted = server.noted()
        if noted:
            raise Fault(noted)
    return answer


def _read(response: httpx.Response) -> Any:
    """The answer, or Refused with what its body says; raises Fault for a failure of the server's own."""
    body = response.text
    if SECRET in body or "root:x:0:0" in body:
        raise Fault("a file was read that is not for strangers")
    if response.status_code >= 500 and response.status_code != 503:
        raise Fault(f"status {response.status_code}: {body[:200]}")
    if response.status_code >= 400:
        raise Refused(_sentence(response, body))
    if "Traceback" in body:
        raise Fault("a traceback in an answer")
    return response.status_code


def _sentence(response: httpx.Response, body: str) -> str:
    """What is wrong, as a person would read it: what was sent comes back in it, and is not the server's."""
    if response.request.method == "HEAD":
        return "Not allowed."
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return body
    detail = told.get("detail", told) if isinstance(told, dict) else told
    if isinstance(detail, list):
        return "; ".join(str(one.get("msg", "")) if isinstance(one, dict) else str(one) for one in detail)
    return str(detail)


def _stream(server: Server, path: str) -> Any:
    """The end of a stream of events: its data, or Refused with its sentence."""
    end = time.monotonic() + PATIENCE_S
    event = ""
    try:
        with server.client.stream("GET", path) as response:
            if response.status_code >= 400:
                response.read()
                return _read(response)
            for line in response.iter_lines():
                if line.startswith("event: "):
                    event = line[7:]
                elif line.startswith("data: ") and (ended := _ended(event, line[6:])) is not None:
                    return ended
                if time.monotonic() > end:
                    return "still at work, and left"
    except httpx.ReadTimeout:
        return "still at work, and left"
    raise Fault("a stream ended without an answer")


def _ended(event: str, data: str) -> Any:
    if SECRET in data or "root:x:0:0" in data:
        raise Fault("a file was read that is not for strangers")
    told = json.loads(data, parse_constant=_no_number)
    if event == "complete":
        return told
    if event == "error":
        raise Refused(str((told or {}).get("error") or "") if isinstance(told, dict) else str(told or ""))
    if not event and isinstance(told, dict):  # a session's own stream
        if told.get("msg") == "process_completed":
            output = told.get("output") or {}
            if not told.get("success"):
                raise Refused(str(output.get("error") or ""))
            return "completed"
        if told.get("msg") == "unexpected_error":
            raise Refused(str(told.get("message") or ""))
    return None


def _no_number(name: str) -> None:
    raise Fault(f"an answer holds {name}")


def _posted(server: Server, path: str, body: bytes) -> httpx.Response:
    return server.client.post(path, content=body, headers={"content-type": "application/json"})


def _called(server: Server, name: str, data: Any, raw: bytes | None = None, version: str = "") -> Any:
    """A call of an endpoint, with its answer."""
    path = f"/gradio_api/call/{version}{name}"
    response = _posted(server, path, json.dumps(data).encode() if raw is None else raw)
    _read(response)
    event = response.json()["event_id"]
    return _stream(server, f"/gradio_api/call/{name}/{event}")


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
    return f"/{name}", lambda: _called(server, name, told)


def _named(random: Random, server: Server) -> tuple[str, Callable[[], Any]]:
    """By the names of parameters, which some endpoints may not have."""
    name = random.choice((*ENDPOINTS, "nothing", "zh/ask", "../config", ""))
    data = {random.choice(("picture", "question", "text", "labels", "x", "")): junk(random) for _ in range(3)}
    return "parameters by name", lambda: _called(server, name, data, version="v2/")


def _body(random: Random, server: Server) -> tuple[str, Callable[[], Any]]:
    """Bodies that are no call."""
    name = random.choice((*ENDPOINTS, "nothing"))
    data = random.choice(
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
    return "a body that is no call", lambda: _called(server, name, data, raw)


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
        response = _posted(server, "/gradio_api/queue/join", json.dumps(told).encode())
        _read(response)
        found = told["session_hash"]
        return _stream(server, f"/gradio_api/queue/data?{httpx.QueryParams(session_hash=found)}")

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
            return _read(_get(server, path))
        except Refused as refused:  # what was asked for may come back in the sentence
            raise Refused(str(refused).replace(unquote(unquote(wanted)), "…")) from None

    return "a file by its path", send


def _get(server: Server, path: str) -> httpx.Response:
    """A path as it stands: the client would tidy it."""
    url = httpx.URL(server.address).copy_with(raw_path=path.encode("utf-8", "replace"))
    return server.client.get(url)


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
            return _read(response)

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
    return f"POST of {path}", lambda: _read(_posted(server, f"/gradio_api/{path}", body))


def _upload(random: Random, server: Server) -> tuple[str, Callable[[], Any]]:
    content, headers = uploads(random)

    def send() -> Any:
        response = server.client.post("/gradio_api/upload", content=content, headers=headers)
        _read(response)
        for path in response.json():
            if (server.folder / "uploads").resolve() not in Path(path).resolve().parents:
                raise Fault("an upload was put elsewhere")
        return len(response.json())

    return "an upload", send


_read_so_far: dict[Path, int] = {}


def _rest_of(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(_read_so_far.get(path, 0))
        found = file.read()
        _read_so_far[path] = file.tell()
    return found.decode("utf-8", "replace")


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
