"""An upload that breaks off or is of no use leaves no file on the server's disk."""

import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests.ui.conftest import UPLOADS


def unfinished() -> list[Path]:
    return [path for path in UPLOADS.iterdir() if path.is_file()]


def soon(holds: Callable[[], bool]) -> bool:
    for _ in range(200):
        if holds():
            return True
        time.sleep(0.05)
    return False


def test_an_upload_that_breaks_off_leaves_no_file(server: str) -> None:
    part = b'--m\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n' + bytes(300_000)
    head = (
        "POST /gradio_api/upload HTTP/1.1\r\nHost: here\r\nContent-Type: multipart/form-data; boundary=m\r\n"
        "Content-Length: 900000\r\n\r\n"
    )
    with socket.create_connection((urlsplit(server).hostname, urlsplit(server).port)) as line:
        line.sendall(head.encode() + part)
        assert soon(lambda: len(unfinished()) == 1), "it is being written"
    assert soon(lambda: not unfinished())


def test_an_upload_under_another_name_is_not_kept(server: str) -> None:
    answer = httpx.post(server + "gradio_api/upload", files={"x": ("a.png", b"x" * 1000)})
    assert answer.json() == [] and not unfinished()
