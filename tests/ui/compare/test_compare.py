"""The three ways of the tab Compare, in a real browser, beside what the lens answers."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

import fusion
from fusion.answer import Reply
from fusion.cache import CACHE
from fusion.comparing import fuses, majority, ordered, shifts
from fusion.language import speaking
from fusion.paths import ASSETS
from fusion.percentage import points
from fusion.ui.compare import reactions
from fusion.ui.compare.cards_view import agreement
from fusion.ui.compare.changes_view import moved
from fusion.ui.failures import UNEXPECTED
from fusion.ui.parts import is_baseline, percent
from tests.ui.conftest import WIDE, opened_page
from tests.ui.steps import SIZES, go_to

CIRCLE = ASSETS / "examples" / "yellow-circle.png"
TRIANGLE = ASSETS / "examples" / "red-triangle.png"
COLOUR, OTHER = "what color is the circle?", "is there a circle?"
pytestmark = pytest.mark.browser


def reply(picture: Path, question: str) -> Reply:
    return fusion.load(task="easy-vqa").reply(picture, question, "all")


def pick(page: Page, name: str, option: str) -> None:
    page.locator(f"#compare-{name} input").click()
    page.get_by_role("option", name=option, exact=True).locator("visible=true").click()


def show(page: Page, way: str) -> None:
    page.locator("#compare-way label").get_by_text(way, exact=True).click()


def ask(page: Page, question: str) -> None:
    page.locator("#compare-question textarea").fill(question)
    page.locator("#compare-go").click()


def card(page: Page, strategy: str) -> Locator:
    return page.locator(".compare-card", has=page.locator(f'[data-choice="{strategy}"]'))


def shown(share: float) -> str:
    return percent(share, 1).replace("&lt;", "<").replace("&gt;", ">")


@pytest.fixture(params=[WIDE], ids=["wide"])
def tab(request: pytest.FixtureRequest, browser: Browser, server: str) -> Iterator[Page]:
    """The tab, with the drawings of easy-vqa chosen and nothing asked yet."""
    with opened_page(browser, server, request.param) as page:
        go_to(page, "Compare")
        expect(page.locator("#compare-told h2")).to_have_text(
            "Pick an example, or give a picture and a question"
        )
        page.get_by_role("button", name="Task, encoders and settings").click()
        pick(page, "task", "easy-vqa")
        page.locator("#compare-examples .example", has_text=COLOUR).wait_for()
        yield page


@pytest.fixture
def compared(tab: Page) -> Page:
    """The same after the example about a circle was chosen."""
    tab.locator("#compare-examples .example", has_text=COLOUR).click()
    tab.locator(".compare-card").first.wait_for()
    return tab


def test_what_was_asked_is_compared_with_the_lens_own_numbers(answered: Page) -> None:
    page = answered
    go_to(page, "Compare")
    page.locator(".compare-card").first.wait_for()
    expect(page.locator("#compare-question textarea")).to_have_value(COLOUR)
    expect(page.locator("#compare-picture img")).to_be_visible()
    found = reply(CIRCLE, COLOUR)
    most = majority(found.results)
    expect(page.locator(".compare-card")).to_have_count(len(found.results))
    for answer in found.results:
        one = card(page, answer.strategy)
        expect(one.locator(".compare-answer b")).to_have_text(answer.label)
        expect(one.locator(".compare-sure .number")).to_have_text(shown(answer.probability))
        assert answer.contribution is not None and answer.accuracy is not None
        expect(one.locator(".says")).to_have_text(answer.contribution.says)
        for kind in ("image", "text"):
            value = points(getattr(answer.contribution, kind))
            expect(one.locator(f".share.{kind}")).to_contain_text(value)
        facts = one.locator(".compare-facts")
        expect(facts).to_contain_text(f"{answer.parameters:,}")
        expect(facts.locator(".number")).to_have_text(shown(answer.accuracy))
        expect(facts.locator("s")).to_have_count(2)  # the priors
        assert ("differs" in (one.get_attribute("class") or "")) == (answer.label != most)
        expect(one.get_by_text("not sure")).to_have_count(0 if answer.sure else 1)
        expect(one.get_by_text("baseline")).to_have_count(1 if is_baseline(answer.strategy) else 0)
    expect(page.locator(".compare-verdict")).to_have_text(agreement([*filter(fuses, found.results)]))
    for title, by in (
        ("confidence", "confidence"),
        ("number of parameters", "size"),
        ("test accuracy", "accuracy"),
    ):
        pick(page, "order", title)
        names = [answer.strategy for answer in ordered(filter(fuses, found.results), by)]
        expect(page.locator(".compare-cards").first.locator("[data-choice]")).to_have_text(names)
    with_map = page.locator(".compare-card:has(.compare-map img)")
    assert 0 < with_map.count() < len(found.results)
    expect(card(page, "concat")).to_contain_text("no map of its own")
    pick(page, "maps", "why, by Grad-CAM")
    expect(with_map).to_have_count(len(found.results) - 1)
    expect(card(page, "text-only")).to_contain_text("reads no picture")

    card(page, "gated").locator("button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".compare-card.chosen button")).to_have_text("gated")
    expect(page.locator(".compare-card.chosen button")).to_be_focused()
    go_to(page, "Ask")
    expect(page.locator("#strategy label.selected")).to_have_text("gated")
    expect(page.locator("#answer .by")).to_contain_text("gated")


def test_a_pinned_input_stands_beside_the_one_in_which_one_thing_was_changed(compared: Page) -> None:
    page = compared
    show(page, "What changed")
    expect(page.locator("#compare-told h2")).to_have_text("Pin this input, then change one thing")
    page.locator("#compare-pin").click()
    changed = page.locator(".compare-changed")
    expect(changed).to_have_text("A is pinned. Change one thing, and B shows what it does.")
    expect(page.locator(".compare-verdict")).to_have_text("No fusion strategy changes its answer.")

    ask(page, OTHER)
    expect(changed).to_have_text("One thing was changed: the question.")
    found = shifts(reply(CIRCLE, COLOUR), reply(CIRCLE, OTHER))
    rows = page.locator(".compare-changes tbody tr")
    expect(rows).to_have_count(len(found))
    for shift in found:
        assert shift.before and shift.after and shift.contribution and shift.confidence is not None
        row = rows.filter(has=page.locator(f'[data-choice="{shift.strategy}"]'))
        for side, answer in (("before", shift.before), ("after", shift.after)):
            expect(row.locator(f".{side} b")).to_have_text(answer.label)
            expect(row.locator(f".{side} .number")).to_have_text(shown(answer.probability))
        expect(row.locator(".confidence .number").first).to_have_text(points(shift.confidence, 1, "±0"))
        expect(row.locator(".share.image")).to_contain_text(points(shift.contribution[0], 1, "±0"))
        expect(row.locator(".share.apart")).to_contain_text(points(shift.contribution[2], 1, "±0"))
        assert ("changed" in (row.get_attribute("class") or "").split()) == shift.changed
    fused = [one for one in found if one.after and fuses(one.after)]
    expect(page.locator(".compare-verdict")).to_have_text(moved(fused))

    known = CACHE.misses
    page.locator("#compare-models input[type=range]").first.fill("0.9")
    expect(changed).to_contain_text("2 things were changed, so what moved cannot be put down to one")
    expect(changed).to_contain_text("a setting of weighted (Weight of the picture), from learned to 0.90")
    expect(rows.filter(has=page.locator('[data-choice="weighted"]'))).to_contain_text("set by hand")
    page.locator("#compare-back").click()
    expect(changed).to_have_text("A is pinned. Change one thing, and B shows what it does.")
    expect(page.locator("#compare-question textarea")).to_have_value(COLOUR)
    assert CACHE.misses == known  # nothing was encoded twice

    pick(page, "task", "scenes")
    expect(changed).to_contain_text("the task, from easy-vqa to scenes")
    expect(changed).to_contain_text("2 things were changed")  # this task has encoders of its own
    page.locator("#compare-unpin").click()
    expect(page.locator(".compare-card").first).to_be_visible()
    expect(page.locator(".compare-changed")).to_have_count(0)


def test_two_inputs_stand_beside_each_other_under_one_strategy(
    compared: Page, left_over: Callable[[], list[Path]], tmp_path: Path
) -> None:
    page = compared
    page.locator("#compare-pin").click()
    page.locator(".compare-changes").wait_for()
    page.locator("#compare-picture input[type=file]").set_input_files(TRIANGLE)
    expect(page.locator(".compare-changed")).to_have_text("One thing was changed: the picture.")
    show(page, "One strategy on both")
    for strategy in ("cross-attention", "gated"):
        pick(page, "strategy", strategy)
        for at, picture in enumerate((CIRCLE, TRIANGLE)):
            answer = next(one for one in reply(picture, COLOUR).results if one.strategy == strategy)
            side = page.locator(".compare-side").nth(at)
            expect(side.locator("h3")).to_contain_text(strategy)
            expect(side.locator(".compare-answer b")).to_have_text(answer.label)
            expect(side.locator(".bars .name")).to_have_text([label for label, _ in answer.answers[:5]])
            expect(side.locator(".bars .number")).to_have_text([shown(p) for _, p in answer.answers[:5]])
            assert answer.contribution is not None
            expect(side.locator(".says")).to_have_text(answer.contribution.says)
            expect(side.locator(".compare-map img")).to_have_count(0 if answer.attention is None else 1)
    assert left_over() == []

    broken = tmp_path / "broken.png"
    broken.write_bytes(CIRCLE.read_bytes()[:60])
    page.locator("#compare-picture input[type=file]").set_input_files(broken)
    expect(page.locator(".alert").locator("visible=true")).to_contain_text("broken.png")
    expect(page.locator("#compare-picture img")).to_be_visible()
    expect(page.locator(".compare-side")).to_have_count(2)
    page.locator("#compare-picture").get_by_label("Remove Image").click()
    expect(page.locator("#compare-told h2")).to_have_text("Pick an example, or give a picture and a question")
    expect(page.locator(".compare-changed")).to_have_text("B is not answered yet.")


def test_a_failure_is_one_sentence_and_a_question_is_never_run(
    compared: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = compared
    ask(page, "<img src=x onerror=alert(1)> ${1+1} {{value}} {n}")
    expect(page.locator(".compare-given .compare-question")).to_have_text(
        "“<img src=x onerror=alert(1)> ${1+1} {{value}} {n}”"
    )

    def fail(*_: object) -> None:
        raise RuntimeError("someone's secret")

    monkeypatch.setattr(reactions, "asked", fail)
    ask(page, OTHER)
    expect(page.locator(".alert").locator("visible=true")).to_have_text(UNEXPECTED)
    expect(page.locator(".compare-card").first).to_be_visible()
    assert "secret" not in page.content()


def test_a_narrow_screen_never_scrolls_sideways(compared: Page) -> None:
    page = compared
    pin = page.locator("#compare-pin").click
    for step in (lambda: None, pin, lambda: show(page, "One strategy on both")):
        step()
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(200)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            parts = "#compare-way label, .compare-card, .compare-pins button, .compare-tools input"
            inside = f"[...document.querySelectorAll('{parts}')]"
            assert page.evaluate(
                f"{inside}.every((part) => part.getBoundingClientRect().right <= innerWidth)"
            )


def test_it_speaks_chinese(browser: Browser, server: str) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{server}zh")
    page.get_by_role("tab", name="对比").click()
    page.locator("#compare-examples .example").first.click()
    page.locator(".compare-card").first.wait_for()
    found = fusion.load().reply(ASSETS / "photos" / "macaw.jpg", "Which bird is this?", "all")
    with speaking("zh"):
        expect(page.locator(".compare-verdict")).to_have_text(agreement([*filter(fuses, found.results)]))
    page.locator("#compare-pin").click()
    expect(page.locator(".compare-changed")).to_contain_text("A 已固定")
    context.close()
