"""A model hub in small on this machine: it answers HEAD and GET of /ORG/NAME/resolve/REVISION/FILE, and says
which revision a data set has."""

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
from huggingface_hub import constants

from fusion.weights import Weights

REVISION = "0123456789abcdef0123456789abcdef01234567"
PARTS = 20  # in which a large file is sent


@dataclass
class Hub:
    """What it serves, and how it misbehaves.

    files: by name. status: of every answer. breaks: connections that end half way through a large file.
    short: the large files end early, as if that were all. changed: they arrive with another content.
    slow: seconds between the parts of a large file. go_on: until it is set, large files stop half way.
    asked: method and name of every request.
    """

    files: dict[str, bytes]
    status: int = 200
    breaks: int = 0
    short: bool = False
    changed: bool = False
    slow: float = 0.0
    go_on: Event = field(default_factory=Event)
    asked: list[str] = field(default_factory=list)
    address: str = ""

    def weights(self, name: str = "tiny", repository: str = "org/tiny") -> Weights:
        """What it serves as a person would ask for it."""
        return Weights(name, repository, REVISION, tuple(self.files), 1, "Apache-2.0")

    def mark(self, file: str) -> str:
        """As the hub knows contents: large files by sha256, small ones as git does."""
        content = self.files[file]
        if file.endswith(".safetensors"):
            return hashlib.sha256(content).hexdigest()
        return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


@contextmanager
def served(hub: Hub) -> Iterator[Hub]:
    """The hub at a free port, its address told in `address`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def _answer(self, body: bool) -> None:
            if self.path.startswith("/api/datasets/"):
                self._tell(json.dumps({"id": self.path.removeprefix("/api/datasets/"), "sha": REVISION}))
                return
            file = self.path.partition(f"/resolve/{REVISION}/")[2]
            hub.asked.append(f"{self.command} {file}")
            status = hub.status if file in hub.files else 404
            if status != 200:
                self.send_response(status)
                if status == 404:
                    self.send_header("X-Error-Code", "EntryNotFound")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            content = hub.files[file]
            large = file.endswith(".safetensors")
            if large and body and hub.short:
                content = content[: len(content) // 2]
            if large and body and hub.changed:
                content = bytes(len(content))
            start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").split("-")[0])
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            self.send_header("ETag", f'"{hub.mark(file)}"')
            self.send_header("X-Repo-Commit", REVISION)
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            if body and large:
                self._send(content[start:])
            elif body:
                self.wfile.write(content)

        def _tell(self, document: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(document)))
            self.end_headers()
            self.wfile.write(document.encode())

        def _send(self, content: bytes) -> None:
            size = -(-len(content) // PARTS)
            for i in range(PARTS):
                if i == PARTS // 2:
                    if hub.breaks:
                        hub.breaks -= 1
                        self.close_connection = True
                        return
                    hub.go_on.wait(30)
                try:
                    self.wfile.write(content[i * size : (i + 1) * size])
                    self.wfile.flush()
                except OSError:  # whoever asked has gone
                    self.close_connection = True
                    return
                time.sleep(hub.slow)

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Whoever asked has gone."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    hub.address = f"http://127.0.0.1:{server.server_port}"
    hub.go_on.set()
    yield hub
    hub.go_on.set()
    server.shutdown()
    server.server_close()


def tell_library(monkeypatch: pytest.MonkeyPatch, address: str, cache: Path) -> None:
    """The hub's library, imported already, goes to that address and keeps what it fetches in that folder."""
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "ENDPOINT", address)
    template = address + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
