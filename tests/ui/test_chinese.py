"""The tab Ask in Chinese: nothing that is said there is left in English."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fusion.pairs import DEFAULT_TASK
from fusion.paths import ASSETS
from fusion.ui.examples import examples
from tests.ui.english import english_on
from tests.ui.steps import ask, choose, upload

EXAMPLE = examples(DEFAULT_TASK)[0]
# Credits, what the visitor asked, and what is to be typed in English.
GIVEN = [one.note for one in examples(DEFAULT_TASK)]
GIVEN += [EXAMPLE.question, "What is this?", "cat, dog, teapot"]
SLOW = 90_000  # milliseconds, for what reads a picture many times
pytestmark = pytest.mark.browser


def left(page: Page) -> list[str]:
    return english_on(page, allowed=GIVEN)


def test_nothing_is_left_in_english_whatever_is_opened(chinese_page: Page) -> None:
    page = chinese_page
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    for name in ("own", "models"):
        page.locator(f"#{name} button").first.click()
    assert left(page) == []

    page.locator("#examples .example").first.click()
    expect(page.locator("#answer .asked")).to_have_text(f"“{EXAMPLE.question}”")
    expect(page.locator("#answer h2 b")).to_have_text("parrot 鹦鹉")
    page.locator("#faithful .faithful > .note").wait_for(timeout=SLOW)
    page.locator("#regions button").click()
    for summary in ("#answer .told", "#heat .heat-overview", "#what-if"):
        page.locator(f"{summary} summary").first.click()
    page.locator("#regions .measured").wait_for(timeout=SLOW)
    page.locator("#what-if .chip", has_text="bird").click()
    expect(page.locator(".what-if-verdict")).to_contain_text("“bird”")
    assert left(page) == []

    page.locator("#heat [data-kind=why]").click()
    page.locator("#heat .heat-beside").select_option("concat")
    expect(page.locator("#heat .heat-caption").nth(1)).to_contain_text("第")
    page.locator("#heat .heat-patches").first.click()
    page.locator("#what-if .what-if-search").click()
    page.locator(".what-if-found p").nth(1).wait_for(timeout=SLOW)
    assert left(page) == []

    for strategy in ("weighted", "image-only"):
        choose(page, strategy)
        expect(page.locator("#card h2")).to_contain_text(strategy)
        assert left(page) == []


def test_a_question_in_chinese_is_answered_with_a_warning(chinese_page: Page) -> None:
    page = chinese_page
    page.locator("#examples .example").first.click()
    page.locator("#answer .asked").wait_for()
    ask(page, "这是什么鸟？")
    expect(page.locator("#answer .asked")).to_have_text("“这是什么鸟?”")
    expect(page.locator("#answer .warn").first).to_have_text("不确定")
    expect(page.locator("#answer .note")).to_contain_text("请不要相信这个答案")
    assert left(page) == []


def test_typed_labels_and_what_fails_are_told_in_chinese(chinese_page: Page) -> None:
    page = chinese_page
    page.locator("#own button").first.click()
    page.locator("#labels textarea").fill("parrot, dog")
    page.locator("#classify").click()
    expect(page.locator(".alert").locator("visible=true")).to_contain_text("请先给出一张图片")
    page.locator("#examples .example").first.click()
    page.locator("#answer .asked").wait_for()
    page.locator("#labels textarea").fill("parrot, dog")
    page.locator("#classify").click()
    expect(page.locator("#typed .name").first).to_have_text("parrot 鹦鹉", timeout=SLOW)
    expect(page.locator("#heat h2")).to_have_text("每个标签出现在哪里")
    assert left(page) == []


def test_a_screen_reader_hears_in_chinese_that_an_answer_has_come(chinese_page: Page) -> None:
    page = chinese_page
    heard = """() => { window.heard = new Set(); const note = () => document
      .querySelectorAll('[aria-live][aria-atomic]').forEach((live) => heard.add(live.textContent.trim()));
      new MutationObserver(note).observe(document.body, {characterData: true, subtree: true}); }"""
    page.evaluate(heard)
    page.locator("#examples .example").first.click()
    page.locator("#answer .asked").wait_for()
    page.wait_for_function("heard.has('已完成')")
    assert not page.evaluate("heard.has('common.complete')")


def test_what_gradio_refuses_by_itself_is_told_in_chinese(chinese_page: Page, tmp_path: Path) -> None:
    page = chinese_page
    toast = page.get_by_test_id("toast-body")
    script = tmp_path / "s1.sh"
    script.write_text("echo\n")
    upload(page, script)
    expect(toast).to_contain_text("错误")
    expect(toast.get_by_test_id("toast-text")).to_have_text("这不是图片：s1.sh")
    toast.get_by_test_id("toast-close").click()
    expect(toast).to_have_count(0)
    page.evaluate("Object.defineProperty(Blob.prototype, 'size', {get: () => 1e12})")
    upload(page, ASSETS / "examples" / "yellow-circle.png")
    expect(toast.get_by_test_id("toast-text")).to_have_text('文件太大："yellow-circle.png"')


def test_the_page_beside_it_stays_english(photo_page: Page) -> None:
    page = photo_page
    assert page.evaluate("document.documentElement.lang") == "en"
    expect(page.get_by_role("heading", name="Pick an example or upload a picture")).to_be_visible()
    expect(page.locator("#examples .example").first).to_have_text(EXAMPLE.question)
