"""The page's weight and its first useful paint in a browser, beside a bare page of the same framework."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import httpx

import fusion
from fusion.errors import UserError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LOADS = 15  # of each page, in turn, each with nothing cached
PATIENCE_S = 120
SETTLED_MS = 2000  # after the first useful paint, until all of the page has come
APP = Path(fusion.__file__).parent.parent / "app.py"
BARE = """
import gradio as gr
with gr.Blocks() as page:
    gr.Image(elem_id="picture")
    gr.Textbox(label="Question", elem_id="question")
page.launch(server_name="127.0.0.1", ssr_mode=False)
"""
# When a person sees a place for a picture and one for a question and can use both.
USEFUL = """
(() => {
  const usable = (selector) => {
    const found = document.querySelector(selector);
    return found && !found.disabled && found.closest('.block, .form').getBoundingClientRect().height > 0;
  };
  const look = () => {
    if (usable('#picture input[type=file]') && usable('#question textarea')) {
      requestAnimationFrame(() => { window.usefulAt = performance.now(); });
    } else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();"""


def page_figures() -> dict[str, float]:
    """All figures as one flat object of numbers: medians, and ratios of medians.

    Raises UserError where there is no browser, or a page does not come.
    """
    with _browser() as browser, _served([str(APP)]) as ours, _served(["-c", BARE]) as bare:
        loads: dict[str, list[tuple[float, float]]] = {ours: [], bare: []}
        for address in (ours, bare):
            _load(browser, address)  # what a server does once is not the page's
        for _ in range(LOADS):
            for address, found in loads.items():
                found.append(_load(browser, address))
        (weight, paint), (bare_weight, bare_paint) = (
            (median(kilobytes), median(milliseconds))
            for kilobytes, milliseconds in (zip(*found, strict=True) for found in loads.values())
        )
    return {
        "page_weight_kb": weight,
        "bare_page_weight_kb": bare_weight,
        "page_weight_over_bare_ratio": weight / bare_weight,
        "first_paint_ms": paint,
        "bare_first_paint_ms": bare_paint,
        "first_paint_over_bare_ratio": paint / bare_paint,
    }


@contextmanager
def _browser() -> "Iterator[Browser]":
    """Headless Chromium."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise UserError(
            "The page is measured in a browser: install playwright and Chromium, as for the tests."
        ) from None
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
        except Error:
            raise UserError(
                "The page is measured in a browser: install Chromium, by playwright install chromium."
            ) from None
        yield browser
        browser.close()


@contextmanager
def _served(program: list[str]) -> Iterator[str]:
    """The address of a page in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, *program],
        env={**os.environ, "GRADIO_SERVER_PORT": str(port), "GRADIO_ANALYTICS_ENABLED": "False"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}/"
    try:
        limit = time.monotonic() + PATIENCE_S
        while not _up(address):
            if time.monotonic() > limit or process.poll() is not None:
                raise UserError("A page to measure did not start; run python app.py to see why.")
            time.sleep(0.1)
        yield address
    finally:
        process.kill()
        process.wait()


def _up(address: str) -> bool:
    try:
        return httpx.get(address, timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def _load(browser: "Browser", address: str) -> tuple[float, float]:
    """Kilobytes that came over the wire and milliseconds to the first useful paint, with nothing cached."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    sizes: list[float] = []
    wire = context.new_cdp_session(page)
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    wire.send("Network.enable")
    page.add_init_script(USEFUL)
    page.goto(address, wait_until="commit")
    page.wait_for_function("window.usefulAt", timeout=1000 * PATIENCE_S)
    paint = float(page.evaluate("window.usefulAt"))
    page.wait_for_timeout(SETTLED_MS)
    context.close()
    return sum(sizes) / 1000, paint
