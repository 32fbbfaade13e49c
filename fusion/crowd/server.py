"""The real server in a process of its own, and what it takes."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from fusion.errors import UserError
from fusion.own.workspace import Workspace
from fusion.paths import ASSETS

APP = ASSETS.parent / "app.py"
START_S = 120.0  # at most, until it answers


class Server:
    """address: ends in a slash. folder: where all its temporary files lie."""

    def __init__(self, address: str, folder: Path, process: "subprocess.Popen[bytes]") -> None:
        self.address = address
        self.folder = folder
        self.process = process

    def memory(self) -> float:
        """Resident memory in MB, of the process with all that it started."""
        whole = psutil.Process(self.process.pid)
        return sum(one.memory_info().rss for one in (whole, *whole.children(recursive=True))) / 1e6

    def files(self) -> list[Path]:
        """What lies in its folder for temporary files."""
        return [path for path in self.folder.rglob("*") if path.is_file()]

    def stop(self) -> int:
        """Ask it to end; gives back its status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@contextmanager
def serving(log: Path | None = None, **environment: str) -> Iterator[Server]:
    """The page on a free port of this machine; raises UserError where it does not come up.

    log: a file for what it prints. environment: variables beside those of this process.
    """
    with Workspace() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        inherited = {name: x for name, x in os.environ.items() if name != "GRADIO_TEMP_DIR"}
        own = {
            "PYTHONPATH": str(APP.parent),
            "GRADIO_SERVER_NAME": "127.0.0.1",
            "GRADIO_SERVER_PORT": str(port),
            "TMPDIR": str(folder),
        }
        with Path(log or os.devnull).open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, str(APP)],
                cwd=folder,
                env={**inherited, **own, **environment},
                stdout=out,
                stderr=subprocess.STDOUT,
            )
            server = Server(f"http://127.0.0.1:{port}/", folder, process)
            try:
                _wait(server)
                yield server
            finally:
                if process.poll() is None:
                    process.kill()
                process.wait()


def _wait(server: Server) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and server.process.poll() is None:
        try:
            if httpx.get(f"{server.address}health", timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise UserError("The server did not come up.")
