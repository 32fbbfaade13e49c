"""Words and regions, on demand: what a visitor sees before, meanwhile and after, in a real browser."""

from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import fusion
from fusion.answer import Answer, Reply
from fusion.explain.mm_shap import Shares
from fusion.inputs import clean_picture
from fusion.paths import ASSETS
from fusion.ui import regions
from fusion.ui.failures import UNEXPECTED
from fusion.ui.regions import measured_shares
from fusion.ui.regions_view import regions_found, regions_offer
from tests.ui.steps import SIZES, ask, choose, upload

QUESTION = "what color is the circle?"
NARROW = pytest.mark.parametrize("page", SIZES, ids=["320", "390", "720"], indirect=True)


@pytest.fixture
def asked(page: Page) -> Page:
    """The page after a question about a circle, with a strategy that is quick to measure."""
    page.locator("#examples .example", has_text=QUESTION).first.click()
    expect(page.locator("#answer .asked")).to_contain_text(QUESTION)
    choose(page, "gated")
    expect(page.locator("#regions")).to_contain_text("What moved gated’s answer “yellow”, piece by piece?")
    return page


@pytest.fixture
def go_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Measuring takes until this is set."""
    event = Event()

    def wait(*given: Any) -> Shares:
        event.wait(30)
        return measured_shares(*given)

    monkeypatch.setattr(regions, "measured_shares", wait)
    yield event
    event.set()


@pytest.mark.browser
def test_words_and_regions_are_measured_on_demand(asked: Page) -> None:
    page, panel = asked, asked.locator("#regions")
    panel.get_by_role("button", name="Words and regions").focus()
    page.keyboard.press("Enter")
    expect(panel.get_by_role("heading", name="Words and regions")).to_be_visible()
    lens = fusion.load(task="easy-vqa")
    picture = clean_picture(ASSETS / "examples" / "yellow-circle.png")
    assert picture is not None
    shares = measured_shares(lens, picture, QUESTION, "gated", {})
    expect(panel).to_contain_text(shares.sentence)
    expect(panel.locator(".spoken li")).to_have_count(6)
    expect(panel.locator(".areas li")).to_have_count(9)
    frame = panel.locator(".areas").bounding_box()
    assert frame is not None and frame["width"] == pytest.approx(frame["height"], rel=0.02)
    assert "url(" in panel.locator(".areas").evaluate("e => getComputedStyle(e).backgroundImage")
    choose(page, "late")
    expect(panel.locator(".areas")).to_have_count(0)
    expect(panel).to_contain_text("What moved late’s answer")


@pytest.mark.browser
def test_a_long_measurement_is_shown_and_one_of_another_answer_is_not(asked: Page, go_on: Event) -> None:
    panel = asked.locator("#regions")
    panel.get_by_role("button").click()
    expect(panel.locator(".under-way")).to_be_visible()
    expect(panel).to_contain_text("Measuring gated’s answer “yellow”")
    choose(asked, "concat")
    expect(asked.locator("#answer .by")).to_contain_text("concat")
    expect(panel).to_contain_text("What moved concat’s answer")
    go_on.set()
    asked.wait_for_timeout(1500)
    expect(panel).to_contain_text("What moved concat’s answer")
    panel.get_by_role("button").click()
    expect(panel.locator("h2")).to_be_visible()
    expect(panel).to_contain_text("concat’s answer “yellow”: Words make")


@pytest.mark.browser
def test_a_failure_is_told_in_a_sentence_and_can_be_tried_again(
    asked: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Shares:
        raise RuntimeError("someone's secret")

    panel = asked.locator("#regions")
    with monkeypatch.context() as patch:
        patch.setattr(regions, "measured_shares", fail)
        panel.get_by_role("button").click()
        expect(panel).to_contain_text(UNEXPECTED)
    panel.get_by_role("button", name="Try again").click()
    expect(panel.locator(".areas li")).to_have_count(9)


@pytest.mark.browser
def test_with_one_input_there_is_nothing_to_measure(page: Page) -> None:
    ask(page, QUESTION)
    expect(page.locator("#answer .by")).to_contain_text("text-only")
    expect(page.locator("#regions button")).to_have_count(0)
    upload(page, ASSETS / "examples" / "yellow-circle.png")
    expect(page.locator("#regions button")).to_be_visible()


@pytest.mark.browser
@NARROW
def test_a_narrow_screen_never_scrolls_sideways(page: Page) -> None:
    page.locator("#examples .example", has_text=QUESTION).first.click()
    expect(page.locator("#answer .asked")).to_contain_text(QUESTION)
    choose(page, "gated")
    expect(page.locator("#regions")).to_contain_text("What moved gated’s answer")
    page.locator("#regions button").click()
    expect(page.locator("#regions .areas li")).to_have_count(9)
    page.locator("#answer details summary").click()
    expect(page.locator("#answer details li")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_is_shown_is_escaped_and_says_what_was_measured() -> None:
    answer = Answer("gated", (("<b>red</b>", 0.9),), 1.0, 1)
    shares = Shares(0.25, 0.75, (("<i>", 0.5), ("no", -0.25)), ((0.25, 0, 0), (0, 0, 0), (0, 0, 0)))
    html = regions_found(answer, shares)
    assert "<i> " not in html and "&lt;i&gt; <b>+50</b>" in html and "<b>red</b>" not in html
    assert 'class="against" style="--shade:0.50">no <b>−25</b>' in html
    assert "words 75 %" in html and "picture 25 %" in html
    nothing = Shares(0.0, 0.0, (("no", 0.0),), ((0.0,) * 3,) * 3)
    assert "No word and no region moved this answer" in regions_found(answer, nothing)


def test_only_an_answer_to_both_inputs_is_offered() -> None:
    answer = Answer("gated", (("red", 0.9),), 1.0, 1)
    reply = Reply("why?", "easy-vqa", "image", "text", "cpu", "both", (answer,))
    assert "<button" in regions_offer(answer, reply)
    assert regions_offer(None, None) == ""
    alone = Reply("why?", "easy-vqa", "image", "text", "cpu", "text", (answer,))
    assert regions_offer(answer, alone) == ""
    vilt = Answer("vilt", (("red", 0.9),), 1.0, 1)
    assert regions_offer(vilt, reply) == ""
