"""What must not happen is noticed where it does."""

import pickle
import socket
import subprocess
import sys
from collections import OrderedDict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from fusion.fuzz.tested import Server
from fusion.fuzz.watch import Watch


def test_what_a_process_must_not_do(tmp_path: Path) -> None:
    own, ordered = tmp_path / "own", pickle.dumps(OrderedDict())
    own.mkdir()
    (own / "file").write_text("")
    watch = Watch([own])
    with watch:
        (own / "file").read_text()
    assert watch.taken() == []
    with watch:
        Path("/etc/hostname").exists()
        with open("/etc/passwd"):  # noqa: PTH123
            pass
        socket.getaddrinfo("127.0.0.1", 9)
        subprocess.run([sys.executable, "-c", ""], check=True)
        pickle.loads(ordered)
    seen = "; ".join(watch.taken())
    for what in ("read outside of what is allowed: /etc/passwd", "looked up", "a command", "a pickle"):
        assert what in seen
    assert watch.taken() == []


@pytest.mark.parametrize(
    ("line", "noticed"),
    [
        ("unexpected KeyError in the page", True),
        ("ValueError in an event", True),
        ("Traceback (most recent call last)", True),
        ("warming up took a while", False),
    ],
)
def test_what_a_server_excuses_is_a_fault(tmp_path: Path, line: str, noticed: bool) -> None:
    (tmp_path / "seen").touch()
    (tmp_path / "log").write_text(f"{line}\n")
    process: Any = SimpleNamespace(poll=lambda: None)
    client: Any = None
    server = Server("", tmp_path, tmp_path / "log", process, client)
    assert bool(server.noted()) is noticed
