"""By keyboard alone: ask about a picture, compare, explain, export and teach, the focus always in sight."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FileChooser, Page, expect

from fusion.paths import ASSETS
from tests.ui.conftest import WIDE, opened_page
from tests.ui.maps import views

pytestmark = pytest.mark.browser
STOPS = 120  # presses of Tab to reach anything at most
SLOW = 180_000  # milliseconds; the first time, the classes' words are encoded
# How the element with the focus looks, with what is around it, with the focus and without.
SHOWS = """() => {
  const focused = document.activeElement;
  const looks = () => {
    const seen = [focused, ...(focused.labels ?? [])];
    for (let up = focused.parentElement, i = 0; up && i < 3; up = up.parentElement, i += 1) seen.push(up);
    return JSON.stringify(seen.map((element) => {
      const style = getComputedStyle(element);
      return [style.outline, style.boxShadow, style.borderColor, style.backgroundColor, style.textDecoration];
    }));
  };
  const box = focused.getBoundingClientRect();
  const bar = focused.closest('label, button, .block') ?? focused;
  const around = bar.getBoundingClientRect();
  const inside = [box, around].some((one) => one.width > 1 && one.height > 1);
  const before = looks();
  focused.blur();
  const after = looks();
  focused.focus({focusVisible: true});
  return inside && before !== after ? '' : focused.outerHTML.slice(0, 200);
}"""

REACHED = """([selector, text]) => document.activeElement.matches(selector)
  && document.activeElement.textContent.includes(text)"""


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    with opened_page(browser, server, WIDE) as page:
        yield page


def go(page: Page, selector: str, text: str = "") -> None:
    """Press Tab until what the selector names, with this text, has the focus; each stop must be in sight."""
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            continue
        assert (unseen := page.evaluate(SHOWS)) == "", f"the focus is not to be seen on {unseen}"
        if page.evaluate(REACHED, [selector, text]):
            return
    pytest.fail(f"{selector} {text} is not reached")


def test_ask_compare_explain_and_export(page: Page) -> None:
    asked: list[FileChooser] = []
    page.on("filechooser", lambda chooser: asked.append(chooser))
    go(page, "#picture button")
    page.keyboard.press("Enter")
    while not asked:
        page.wait_for_timeout(50)
    asked[0].set_files(ASSETS / "examples" / "clownfish.jpg")
    expect(page.locator("#picture img")).to_be_visible()
    go(page, "#question textarea")
    page.keyboard.type("Which animal is this?")
    page.keyboard.press("Enter")
    expect(page.locator("#answer .asked")).to_have_text("“Which animal is this?”")
    page.locator("#heat canvas[aria-label]").wait_for()
    for strategy in ("shared", "cross-attention"):
        go(page, f"#strategy input[value={strategy}]")
        page.keyboard.press("Space")
        expect(page.locator("#card h2")).to_contain_text(strategy)
    page.locator("#faithful .faithful > .note").wait_for()
    go(page, "#heat .chip:nth-of-type(2)")
    page.keyboard.press("Enter")
    expect(page.locator("#heat .chip:focus")).to_have_attribute("aria-pressed", "true")
    go(page, ".heat-compare select")
    page.keyboard.press("ArrowDown")
    expect(views(page)).to_have_count(2)
    go(page, ".heat-save-numbers")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert json.loads(download.value.path().read_bytes())


def test_teach_and_export(page: Page) -> None:
    go(page, "[role=tab]", "Teach")
    page.keyboard.press("Enter")
    page.locator(".teach-row").first.wait_for()
    for i, (label, texts) in enumerate(
        (("rain", "It rains since Monday.\nClouds and wind."), ("food", "She bakes bread.\nThe soup is hot."))
    ):
        go(page, f".teach-row:nth-of-type({i + 1}) .teach-name")
        page.keyboard.type(label)
        go(page, f".teach-row:nth-of-type({i + 1}) summary")
        page.keyboard.press("Enter")
        go(page, f".teach-row:nth-of-type({i + 1}) .teach-texts")
        page.keyboard.type(texts)
    page.keyboard.press("Tab")
    expect(page.locator("#teach-trust")).to_contain_text("of 4", timeout=SLOW)
    go(page, "#teach-download")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".safetensors")
