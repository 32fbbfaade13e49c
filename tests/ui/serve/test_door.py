"""The form that asks for the password: as calm and readable as the page behind it, in each language."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from fusion.crowd.server import serving
from fusion.language import LANGUAGES
from fusion.language.catalogue import ENGLISH
from fusion.ui.serve.tries import MOST
from tests.ui.axe import problems

pytestmark = pytest.mark.browser
PASSWORD = "open sesame"
WRONG = {"en": "Incorrect Credentials", "zh": "凭据不正确"}
ACCENT = {"light": "rgb(36, 86, 199)", "dark": "rgb(138, 176, 255)"}


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with a password."""
    cache: Path = tmp_path_factory.mktemp("cache")
    with serving(FUSION_PASSWORD=PASSWORD, FUSION_CACHE=str(cache)) as server:
        yield server.address


@pytest.mark.parametrize("language", [*LANGUAGES])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_looks_like_the_page_and_says_in_its_language_what_is_wrong(
    browser: Browser, closed: str, language: str, scheme: str
) -> None:
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(closed + ("" if language == ENGLISH else language))
    expect(button(page)).to_have_css("background-color", ACCENT[scheme])
    expect(page.locator("input[type=password]")).to_have_css("border-top-width", "1px")
    found = problems(page, "asked")
    button(page).click()
    expect(page.get_by_text(WRONG[language])).to_be_visible()
    found += problems(page, "refused")
    assert found == []
    page.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("#tabs").wait_for()
    context.close()


def test_who_guesses_too_fast_is_told(browser: Browser, closed: str) -> None:
    page = browser.new_page()
    page.goto(closed + "zh")
    told = page.get_by_role("alert").filter(has_text="请一分钟后再试")
    seen = Event()

    def guess() -> None:
        while not seen.is_set():
            httpx.post(closed + "login", data={"username": "-", "password": "-"}, timeout=60)

    with ThreadPoolExecutor(MOST + 2) as others:  # of the same address
        for _ in range(MOST + 2):
            others.submit(guess)
        try:
            page.wait_for_timeout(2000)
            button(page).click()
            expect(told).to_be_visible()
        finally:
            seen.set()
    page.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("#tabs").wait_for()
    page.close()


def button(page: Page) -> Locator:
    return page.locator("button.primary")
