"""The real server under test: what is sent to it, what it answers, and what must not have happened."""

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

import httpx

from fusion.fuzz.archives import picture
from fusion.fuzz.case import Fault, Refused
from fusion.fuzz.payloads import component_value

PATIENCE_S = 30.0  # for an answer; what is still at work then is stopped, as a visitor would
# What the server writes where it has only an excuse for a visitor, and no reason.
_UNEXPECTED = re.compile(r"unexpected \w+ in the page|\w+ in an event|\w+ in the server")
SECRET = "fuzz-secret-that-no-answer-holds"


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
def serving(folder: Path) -> Iterator[Server]:
    """The server, started, and ended after the block."""
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
            config = json.loads((folder / "page.json").read_text())
            server.components = {one["id"]: one for one in config["components"]}
            server.events = config["dependencies"]
            server.picture = picture(Random(0))
            server.noted()
            yield server
    finally:
        process.kill()
        process.wait()


def watched(server: Server, send: Callable[[], Any]) -> Any:
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


def read_answer(response: httpx.Response) -> Any:
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


def stream(server: Server, path: str) -> Any:
    """The end of a stream of events: its data, or Refused with its sentence."""
    end = time.monotonic() + PATIENCE_S
    event = ""
    try:
        with server.client.stream("GET", path) as response:
            if response.status_code >= 400:
                response.read()
                return read_answer(response)
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


def posted(server: Server, path: str, body: bytes) -> httpx.Response:
    return server.client.post(path, content=body, headers={"content-type": "application/json"})


def called(server: Server, name: str, data: Any, raw: bytes | None = None, version: str = "") -> Any:
    """A call of an endpoint, with its answer."""
    path = f"/gradio_api/call/{version}{name}"
    response = posted(server, path, json.dumps(data).encode() if raw is None else raw)
    read_answer(response)
    event = response.json()["event_id"]
    return stream(server, f"/gradio_api/call/{name}/{event}")


def get(server: Server, path: str) -> httpx.Response:
    """A path as it stands: the client would tidy it."""
    url = httpx.URL(server.address).copy_with(raw_path=path.encode("utf-8", "replace"))
    return server.client.get(url)


_read_so_far: dict[Path, int] = {}


def _rest_of(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(_read_so_far.get(path, 0))
        found = file.read()
        _read_so_far[path] = file.tell()
    return found.decode("utf-8", "replace")
