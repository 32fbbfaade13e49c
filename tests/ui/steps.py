"""What a visitor does on the page, and what is seen there then."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from playwright.sync_api import Page

T = TypeVar("T")
SIZES = [(320, 700), (390, 844), (720, 450)]  # the last is a laptop's at 200 %


def upload(page: Page, picture: Path) -> None:
    page.locator("#picture input[type=file]").set_input_files(picture)


def ask(page: Page, question: str) -> None:
    page.locator("#question textarea").fill(question)
    page.locator("#ask").click()


def choose(page: Page, strategy: str) -> None:
    page.locator("#strategy label").get_by_text(strategy, exact=True).click()


def shown(page: Page) -> str:
    return page.locator("#answer h2 b").inner_text()


def drawn(page: Page) -> str:
    """What the heat map's canvas holds."""
    return str(page.locator("#heat canvas").evaluate("canvas => canvas.toDataURL()"))


def run(work: Coroutine[Any, Any, T]) -> T:
    """A coroutine's result; this thread may have the browser's loop already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def go_to(page: Page, tab: str) -> None:
    """Open a tab; where the window is narrow, the last ones stand in a menu."""
    button = page.get_by_role("tab", name=tab, exact=True)
    if not button.is_visible():
        page.locator("#tabs .overflow-menu > button").click()
        button = page.locator("#tabs .overflow-dropdown button").get_by_text(tab, exact=True)
    button.click()
