"""ZeroGPU: pictures are encoded where a GPU is lent, the main process never touches CUDA."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from fusion.device import device, on_gpu, without_gpu, zero_gpu
from fusion.encoders import load_encoder
from tests.device.on_a_space import digest, shown

HERE = Path(__file__).parent


def on_a_space(*arguments: str, path: Path | None = None, **environment: str) -> dict[str, Any]:
    """What the script says there. path: of a stand-in for `spaces`."""
    paths = [str(path)] if path else []
    done = subprocess.run(
        [sys.executable, HERE / "on_a_space.py", *arguments],
        env={
            **os.environ,
            "SPACES_ZERO_GPU": "true",
            "ACCELERATE_USE_CPU": "0",  # it must find out by itself
            "PYTHONPATH": os.pathsep.join([*paths, str(HERE.parents[1])]),
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return {"stderr": done.stderr, **json.loads(done.stdout.splitlines()[-1])}


@pytest.fixture(scope="module")
def expected() -> dict[str, str]:
    """The digests of the tokens as they are off ZeroGPU."""
    return {
        "picture": digest(load_encoder("efficientnet-lite0").encode([shown()])),
        "text": digest(load_encoder("minilm").encode(["a red shape"])),
    }


def test_elsewhere_it_changes_nothing() -> None:
    assert not zero_gpu()

    def call() -> None: ...

    assert on_gpu(call) is call
    with without_gpu():
        pass
    spaces = pytest.importorskip("spaces")
    assert spaces.GPU(duration=10)(call) is call, "nor does the package"


@pytest.mark.skipif(device().type != "cpu", reason="compared in full precision")
def test_pictures_borrow_a_gpu_and_nothing_else_does(expected: dict[str, str]) -> None:
    said = on_a_space("stand-in", "warm", path=HERE / "stand_in")
    assert (said["device"], said["accelerator"], said["dtype"]) == ("cpu", "cpu", "torch.float32")
    assert {name: said[name] for name in expected} == expected
    assert said["lent for a picture"] == 1 and said["to another process"]
    assert said["lent in all"] == 1, "not for a text, not for warming up"
    assert "no GPU" not in said["stderr"]
    ((name, seconds),) = said["decorated by the page"]
    assert name == "_encode" and seconds <= 10


@pytest.mark.skipif(device().type != "cpu", reason="compared in full precision")
def test_without_a_gpu_to_borrow_the_cpu_answers(expected: dict[str, str]) -> None:
    said = on_a_space("stand-in", path=HERE / "stand_in", NO_GPU="1")
    assert {name: said[name] for name in expected} == expected
    assert said["lent in all"] == 0 and "no GPU for this call" in said["stderr"]


class Lender(BaseHTTPRequestHandler):
    """The address that lends GPUs on a Space, without one that works."""

    asked: list[tuple[str, dict[str, list[str]]]]

    def do_POST(self) -> None:
        url = urlsplit(self.path)
        self.asked.append((url.path, parse_qs(url.query)))
        lease = {"idle": False, "nvidiaIndex": 0, "nvidiaUUID": "GPU-none", "allowToken": "lease"}
        self.send_response(200)
        content = json.dumps(lease).encode()
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def lender() -> Iterator[tuple[str, list[tuple[str, dict[str, list[str]]]]]]:
    handler = type("Handler", (Lender,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", handler.asked
    server.shutdown()
    server.server_close()


@pytest.mark.skipif(device().type != "cpu", reason="compared in full precision")
def test_with_the_real_package_the_main_process_needs_no_cuda(
    expected: dict[str, str], lender: tuple[str, list[tuple[str, dict[str, list[str]]]]], tmp_path: Path
) -> None:
    """It emulates CUDA, and raises where CUDA is touched all the same."""
    pytest.importorskip("spaces")
    address, asked = lender
    (tmp_path / "cgroup").write_text("0::/a-space\n")
    said = on_a_space(
        SPACES_ZERO_DEVICE_API_URL=address,
        ZEROGPU_PROC_SELF_CGROUP_PATH=str(tmp_path / "cgroup"),
        HOME=str(tmp_path),
    )
    assert (said["device"], said["accelerator"], said["dtype"]) == ("cpu", "cpu", "torch.float32")
    assert {name: said[name] for name in expected} == expected
    assert [path for path, _ in asked[:2]] == ["/schedule", "/allow"], "the forked process was let in"
    scheduled = [query for path, query in asked if path == "/schedule"]
    assert len(scheduled) == 1 and float(scheduled[0]["durationSeconds"][0]) <= 10
    assert "no GPU for this call" in said["stderr"]
