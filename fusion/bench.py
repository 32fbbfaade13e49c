"""Times and ratios on this machine: `python -m fusion bench`. Each name ends in its unit."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import numpy as np
from PIL import Image

import fusion
from fusion.bench_encoding import encoding
from fusion.bench_explaining import explaining
from fusion.encoders import load_encoder
from fusion.errors import UserError
from fusion.lens import Lens
from fusion.paths import ASSETS
from fusion.timing import median_s

TOGGLES = 200
QUESTION = "what color is the shape?"
HEAVY = ("torch", "timm", "transformers", "gradio")
PATIENCE_S = 120


def bench() -> dict[str, float]:
    """All figures as one flat object of numbers."""
    lens = fusion.load()
    picture = _noise(640, 480)
    lens.reply(picture, QUESTION, "all")  # loads what there is to load
    return {
        **_encoding_and_answers(lens, picture),
        **_toggles(lens, picture),
        **explaining(),
        **_start(),
        **encoding(),
    }


def _noise(width: int, height: int) -> Image.Image:
    """A picture that no cache has seen."""
    return Image.fromarray(np.random.default_rng().integers(0, 256, (height, width, 3), dtype=np.uint8))


def _encoding_and_answers(lens: Lens, picture: Image.Image) -> dict[str, float]:
    """Encoding both inputs once, against answering with every strategy from their tokens."""
    image_encoder, text_encoder = load_encoder(lens.image_encoder), load_encoder(lens.text_encoder)
    encode_picture = _median_ms(lambda: image_encoder.encode([picture]))
    encode_text = _median_ms(lambda: text_encoder.encode([QUESTION]))
    encode = encode_picture + encode_text
    answers = _median_ms(lambda: lens.reply(picture, QUESTION, "all", contribution=False))
    with_contributions = _median_ms(lambda: lens.reply(picture, QUESTION, "all"))
    return {
        "encode_picture_ms": encode_picture,
        "encode_text_ms": encode_text,
        "all_strategies_ms": answers,
        "all_strategies_with_contributions_ms": with_contributions,
        "all_strategies_over_one_encode_ratio": answers / encode,
        "all_strategies_with_contributions_over_one_encode_ratio": with_contributions / encode,
    }


def _toggles(lens: Lens, picture: Image.Image) -> dict[str, float]:
    """Switching from strategy to strategy, both inputs encoded already, cleaning and hashing included."""
    times = []
    for i in range(TOGGLES):
        name = lens.strategies[i % len(lens.strategies)]
        start = time.perf_counter()
        lens.reply(picture, QUESTION, name)
        times.append(1000 * (time.perf_counter() - start))
    return {
        "toggle_median_ms": float(np.percentile(times, 50)),
        "toggle_p95_ms": float(np.percentile(times, 95)),
    }


def _start() -> dict[str, float]:
    """From launch to a page that answers, beyond importing the libraries; each was imported once before."""
    imports = _seconds([sys.executable, "-c", f"import {', '.join(HEAVY)}"])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = Path(fusion.__file__).parent.parent / "app.py"
    start = time.perf_counter()
    environment = {**os.environ, "GRADIO_SERVER_PORT": str(port)}
    server = subprocess.Popen(
        [sys.executable, app], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        page = _until_page(f"http://127.0.0.1:{port}", server)
        _ask(f"http://127.0.0.1:{port}")
        answer = time.perf_counter()
    finally:
        server.terminate()
        server.wait(10)
    return {
        "import_libraries_s": imports,
        "start_to_page_s": page - start,
        "start_to_answer_s": answer - start,
        "start_beyond_imports_s": answer - start - imports,
    }


def _until_page(address: str, server: subprocess.Popen[bytes]) -> float:
    """When the page was first served; raises UserError where the server ends before that."""
    limit = time.perf_counter() + PATIENCE_S
    while time.perf_counter() < limit and server.poll() is None:
        try:
            if httpx.get(address, timeout=5).status_code == 200:
                return time.perf_counter()
        except httpx.TransportError:
            time.sleep(0.02)
    raise UserError("The app did not start; run python app.py to see why.")


def _ask(address: str) -> None:
    """One question with a picture through the endpoint, as a script would; raises UserError unanswered."""
    example = next((ASSETS / "examples").glob("*.png"))
    with httpx.Client(base_url=f"{address}/gradio_api", timeout=PATIENCE_S) as client:
        (path,) = client.post("/upload", files={"files": example.read_bytes()}).json()
        picture = {"path": path, "meta": {"_type": "gradio.FileData"}}
        call = client.post("/call/ask", json={"data": [picture, QUESTION, "", ""]}).json()
        if "event: complete" not in client.get(f"/call/ask/{call['event_id']}").text:
            raise UserError("The app did not answer.")


def _median_ms(action: Callable[[], object]) -> float:
    """Median time of a call, in milliseconds."""
    return 1000 * median_s(action)


def _seconds(command: list[str]) -> float:
    """The shortest of three runs of a command."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return min(times)
