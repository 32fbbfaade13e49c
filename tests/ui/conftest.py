"""The real app on a free port, and a real browser that notes what must not happen."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import urlsplit

import pytest
from gradio_client import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from fusion.paths import ASSETS
from tests.ui.steps import ask, upload

UPLOADS = Path(mkdtemp(prefix="uploads-"))
os.environ["GRADIO_TEMP_DIR"] = str(UPLOADS)  # read when gradio is first imported

expect.set_options(timeout=20_000)  # milliseconds; a busy machine takes long to do what it will do

SWITCHES = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Address of the app, ending in a slash. It keeps uploaded files for 5 seconds, not longer."""
    from fusion.ui import build, launch, pictures

    pictures.KEPT_SECONDS = 5.0
    page = build()
    _, url, _ = launch(page, server_name="127.0.0.1", server_port=None, prevent_thread_lock=True, quiet=True)
    yield url
    page.close()
    for _ in range(60):  # what visitors left at work ends before the interpreter does, which cannot stop it
        used = time.process_time()
        time.sleep(0.5)
        if time.process_time() - used < 0.1:
            break
    shutil.rmtree(UPLOADS, ignore_errors=True)


@pytest.fixture
def left_over() -> Callable[[], list[Path]]:
    """Lists the pictures on the server's disk, once what is to be deleted has had ample time to be."""

    def pictures() -> list[Path]:
        return [file for file in UPLOADS.rglob("*") if file.suffix in (".png", ".jpg", ".jpeg", ".webp")]

    def wait() -> list[Path]:
        for _ in range(600):
            if not pictures():
                break
            time.sleep(0.1)
        return pictures()

    return wait


@pytest.fixture(scope="session")
def client(server: str) -> Client:
    return Client(server, verbose=False)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(SWITCHES))
        yield found
        found.close()


WIDE = (1440, 900)


@pytest.fixture(params=[WIDE], ids=["wide"])
def page(request: pytest.FixtureRequest, browser: Browser, server: str) -> Iterator[Page]:
    """The page with the drawings of easy-vqa chosen, whose answers are certain."""
    with opened_page(browser, server, request.param) as page:
        page.get_by_role("button", name="Task and encoders").click()
        page.get_by_label("Task", exact=True).click()
        page.get_by_role("option", name="easy-vqa").click()
        page.locator("#examples .example", has_text="what color is the circle?").wait_for()
        page.get_by_role("button", name="Task and encoders").click()
        page.locator("#strategy label").get_by_text("cross-attention", exact=True).click()
        page.locator("#card h2", has_text="cross-attention").wait_for()
        yield page


@pytest.fixture(params=[WIDE], ids=["wide"])
def photo_page(request: pytest.FixtureRequest, browser: Browser, server: str) -> Iterator[Page]:
    """The page as a visitor finds it."""
    with opened_page(browser, server, request.param) as page:
        yield page


@pytest.fixture
def chinese_page(browser: Browser, server: str) -> Iterator[Page]:
    """The page in Chinese, as a visitor finds it."""
    with opened_page(browser, server, WIDE, "zh") as page:
        yield page


@contextmanager
def opened_page(browser: Browser, server: str, size: tuple[int, int], language: str = "") -> Iterator[Page]:
    """A language's page, opened; at the end its console must be empty and every request the server's own."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    opened = context.new_page()
    console: list[str] = []
    foreign: list[str] = []

    def note(message: ConsoleMessage) -> None:
        console.append(f"{message.type}: {message.text} {message.location.get('url')}")

    def check(sent: Request) -> None:
        address = urlsplit(sent.url)
        if address.scheme not in ("data", "blob") and address.netloc != urlsplit(server).netloc:
            foreign.append(sent.url)

    opened.on("console", note)
    opened.on("pageerror", lambda error: console.append(str(error)))
    opened.on("request", check)
    opened.goto(server + language)
    opened.locator("#answer .empty").wait_for()
    opened.locator("#card .bars").wait_for()  # the lens is loaded
    yield opened
    context.close()
    assert console == []
    assert foreign == []


@pytest.fixture
def answered(page: Page) -> Page:
    """The page after a question about an uploaded circle, with its map drawn."""
    upload(page, ASSETS / "examples" / "yellow-circle.png")
    expect(page.locator("#picture img")).to_be_visible()
    ask(page, "what color is the circle?")
    expect(page.locator("#answer .asked")).to_have_text("“what color is the circle?”")
    page.locator("#heat canvas[aria-label]").wait_for()
    return page
