"""The tour in a real browser: by keyboard, in both languages, with and without an input."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from fusion.paths import ASSETS
from fusion.story import CHAPTERS
from fusion.strategies import STRATEGIES
from tests.ui.steps import ask, choose, go_to, shown, upload

PHOTO = ASSETS / "photos" / "cat.jpg"
pytestmark = pytest.mark.browser


@pytest.fixture
def chinese(browser: Browser, server: str) -> Iterator[Page]:
    """The page in Chinese, as a visitor with a phone finds it; its console must stay empty."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    opened = context.new_page()
    console: list[str] = []
    opened.on("console", lambda message: console.append(message.text))
    opened.on("pageerror", lambda error: console.append(str(error)))
    opened.goto(server + "zh")
    opened.locator("#card .bars").wait_for()
    yield opened
    context.close()
    assert console == []


def test_the_seven_steps_by_keyboard_on_a_photograph(photo_page: Page) -> None:
    page = photo_page
    upload(page, PHOTO)
    ask(page, "What animal is this?")
    expect(page.locator("#answer .asked")).to_contain_text("What animal is this?")
    choose(page, "weighted")
    expect(page.locator("#answer .by")).to_contain_text("weighted")
    answer = shown(page)
    page.get_by_role("tab", name="Tour").focus()
    page.keyboard.press("Enter")
    step = page.locator(".tour-step:visible")
    expect(step.locator("h2")).to_contain_text("Preprocess")
    expect(page.locator(".tour-about")).to_contain_text("What animal is this?")
    expect(page.get_by_role("button", name="Previous")).to_be_disabled()
    page.get_by_role("button", name="Next").focus()
    for number, chapter in enumerate(CHAPTERS, 1):
        if number > 1:
            page.keyboard.press("Enter" if number == 2 else "ArrowRight")
            expect(step.locator("h2")).to_be_focused()
        expect(step).to_have_count(1)
        expect(step.locator(".tour-count")).to_have_text(f"Step {number} of 7")
        expect(step.locator("h2")).to_contain_text(chapter.title)
        expect(page.locator(".tour-way [aria-current=step]")).to_contain_text(chapter.title)
        assert re.search(r"\d", step.locator(".tour-tensors b").first.inner_text())
    expect(page.get_by_role("button", name="Next")).to_be_disabled()
    expect(step.locator(".tour-bars .name").first).to_have_text(answer)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(step.locator("h2")).to_contain_text("Fuse")
    expect(step.locator(".formula")).to_have_text(STRATEGIES["weighted"].formula)
    page.locator("#tour-strategy").get_by_role("radio", name="concat").focus()
    page.keyboard.press("ArrowRight")  # of the radio, not of the tour
    page.keyboard.press("Space")
    expect(step.locator(".formula")).to_have_text(STRATEGIES["concat"].formula)
    expect(page.locator(".tour-about")).to_contain_text("concat")
    expect(step.locator("h2")).to_contain_text("Fuse")


def test_a_missing_text_is_told_at_the_fork(photo_page: Page) -> None:
    page = photo_page
    upload(page, PHOTO)
    expect(page.locator("#picture img")).to_be_visible()
    go_to(page, "Tour")
    page.locator(".tour-way").get_by_role("button", name="Is it multimodal?").click()
    step = page.locator(".tour-step:visible")
    expect(step.locator(".fork-given .text")).to_contain_text("missing")
    expect(step.locator(".fork-ways .taken")).to_contain_text("image-only")
    expect(step.locator(".tour-told")).to_contain_text("Only a picture was given")


def test_an_example_in_chinese_on_a_phone(chinese: Page) -> None:
    page = chinese
    page.get_by_role("tab", name="导览").click()
    expect(page.locator(".tour-nav")).to_be_hidden()
    page.get_by_role("button", name="用示例导览").click()
    step = page.locator(".tour-step:visible")
    expect(step.locator("h2")).to_have_text("数据预处理")
    for chapter in CHAPTERS:
        page.locator(".tour-way").get_by_role("button", name=chapter.term).click()
        expect(step.locator("h2")).to_have_text(chapter.term)
        expect(step.locator("h2")).to_be_focused()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.get_by_role("button", name="下一步")).to_be_disabled()
