"""Events in flight together: the last one decides what a visitor sees, and nobody waits for another."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from fusion.answer import Reply
from fusion.lens import Lens
from fusion.paths import ASSETS

CIRCLE = ASSETS / "examples" / "yellow-circle.png"
TRIANGLE = ASSETS / "examples" / "red-triangle.png"
SLOW = "what color is the circle?"
pytestmark = pytest.mark.browser


@pytest.fixture
def go_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """The question SLOW without a picture takes until this is set."""
    reply, event = Lens.reply, Event()

    def wait(lens: Lens, picture: Any, question: str, *args: Any, **options: Any) -> Reply:
        if question == SLOW and picture is None:
            event.wait(30)
        return reply(lens, picture, question, *args, **options)

    monkeypatch.setattr(Lens, "reply", wait)
    yield event
    event.set()


def ask(page: Page, question: str) -> None:
    page.locator("#question textarea").fill(question)
    with page.expect_response("**/queue/join**"):
        page.locator("#ask").click()


def upload(page: Page, picture: Path) -> None:
    with page.expect_response("**/upload**"):
        page.locator("#picture input[type=file]").set_input_files(picture)


def test_a_slow_answer_does_not_forget_the_picture_that_came_meanwhile(page: Page, go_on: Event) -> None:
    ask(page, SLOW)
    expect(page.locator("#answer .pending")).to_be_visible()
    upload(page, CIRCLE)
    page.wait_for_timeout(500)
    go_on.set()
    expect(page.locator("#answer .by")).to_contain_text("cross-attention")
    expect(page.locator("#answer .pending")).to_have_count(0)
    page.wait_for_timeout(500)
    expect(page.locator("#answer h2 b")).to_have_text("yellow")
    ask(page, "what shape is in the image?")
    expect(page.locator("#answer h2 b")).to_have_text("circle")


def test_a_strategy_chosen_during_a_slow_answer_is_the_one_shown(page: Page, go_on: Event) -> None:
    ask(page, SLOW)
    page.locator("#strategy label").get_by_text("text-only", exact=True).click()
    page.wait_for_timeout(500)
    go_on.set()
    expect(page.locator("#answer .asked")).to_contain_text(SLOW)
    expect(page.locator("#card h2")).to_contain_text("text-only")
    page.wait_for_timeout(500)
    expect(page.locator("#card h2")).to_contain_text("text-only")
    expect(page.locator("#strategy label.selected")).to_have_text("text-only")
    expect(page.locator("#answer .note")).not_to_contain_text(["instead of"])


def test_no_example_can_be_chosen_while_a_picture_is_on_its_way(page: Page) -> None:
    held: list[Route] = []
    page.route("**/upload?**", lambda route: held.append(route))
    page.locator("#picture input[type=file]").set_input_files(TRIANGLE)
    example = page.locator("#examples .example").first
    expect(example).to_have_css("pointer-events", "none")
    example.focus()
    page.keyboard.press("Enter")
    page.locator("#question textarea").fill("what shape is in the image?")
    for route in held:
        route.continue_()
    expect(page.locator("#answer h2 b")).to_have_text("triangle")
    example.click()
    expect(page.locator("#answer h2 b")).to_have_text("yellow")


def test_nobody_waits_for_another(page: Page, go_on: Event, browser: Browser, server: str) -> None:
    ask(page, SLOW)
    context = browser.new_context()
    other = context.new_page()
    other.goto(server)
    other.locator("#examples .example").first.click()
    expect(other.locator("#answer h2 b")).to_have_text("parrot")
    context.close()
    expect(page.locator("#answer .pending")).to_be_visible()


def test_a_page_that_nobody_touches_asks_nothing(page: Page) -> None:
    page.get_by_role("button", name="Task and encoders").click()
    page.get_by_role("button", name="Your own labels").click()
    page.wait_for_timeout(1500)
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    page.wait_for_timeout(1500)
    assert asked == []
