"""axe-core finds no serious or critical problem: every tab, in each language, scheme and width."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from fusion.language import LANGUAGES
from fusion.language.catalogue import ENGLISH
from tests.ui.axe import problems

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=[*LANGUAGES])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["light", "dark"])
def opened(request: pytest.FixtureRequest, browser: Browser, server: str, language: str) -> Iterator[Page]:
    """In one language and one scheme, the policy for scripts set aside for the one that looks at it."""
    context = browser.new_context(color_scheme=request.param, reduced_motion="reduce", bypass_csp=True)
    page = context.new_page()
    page.goto(f"{server}{'' if language == ENGLISH else language}?__theme={request.param}")
    page.locator("#card .bars").wait_for()
    yield page
    context.close()


def test_no_tab_has_a_serious_problem(opened: Page) -> None:
    page = opened
    found: list[str] = []

    def look(state: str) -> None:
        found.extend(problems(page, state))
        page.set_viewport_size({"width": 1440, "height": 900})

    look("ask, empty")
    page.locator("#examples .example").first.click()
    expect(page.locator("#answer .asked")).to_be_visible()
    page.locator("#heat canvas[aria-label]").wait_for()
    page.locator("#faithful .faithful > .note").wait_for()
    look("ask, answered")
    tabs = page.locator("#tabs").get_by_role("tab")
    for i in range(1, tabs.count()):
        tabs.nth(i).click()
        expect(tabs.nth(i)).to_have_attribute("aria-selected", "true")
        page.wait_for_timeout(400)  # what fades in has its own contrast by then
        look(tabs.nth(i).inner_text())
    assert found == []
