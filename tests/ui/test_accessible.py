"""axe-core finds no serious or critical problem: every tab, in each language, scheme and width."""

from collections.abc import Iterator
from importlib.resources import files

import pytest
from playwright.sync_api import Browser, Page, expect

from fusion.language import LANGUAGES
from fusion.language.catalogue import ENGLISH

pytestmark = pytest.mark.browser
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ['violations']});
  return found.violations
    .filter((one) => ['serious', 'critical'].includes(one.impact))
    .map((one) => `${one.id}: ` + one.nodes.map((node) =>
      `${node.target.join(' ')} ${node.any.map((check) => check.message).join('; ')}`).join(' | '));
}"""
SIZES = {"wide": (1440, 900), "narrow": (390, 844)}


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
    page.evaluate(AXE)
    yield page
    context.close()


def test_no_tab_has_a_serious_problem(opened: Page) -> None:
    page = opened
    found: list[str] = []

    def look(state: str) -> None:
        for name, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            found.extend(f"{state}, {name}: {problem}" for problem in page.evaluate(RUN))

    look("ask, empty")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator("#examples .example").first.click()
    expect(page.locator("#answer .asked")).to_be_visible()
    page.locator("#heat canvas[aria-label]").wait_for()
    page.locator("#faithful .faithful > .note").wait_for()
    look("ask, answered")
    page.set_viewport_size({"width": 1440, "height": 900})
    tabs = page.locator("#tabs").get_by_role("tab")
    for i in range(1, tabs.count()):
        tabs.nth(i).click()
        expect(tabs.nth(i)).to_have_attribute("aria-selected", "true")
        page.wait_for_timeout(400)  # what fades in has its own contrast by then
        look(tabs.nth(i).inner_text())
        page.set_viewport_size({"width": 1440, "height": 900})
    assert found == []
