"""What if, in a real browser: what is brushed over or struck out moves the answers, and nothing else does."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from fusion.inputs import clean_picture
from fusion.paths import ASSETS
from fusion.ui import what_if
from fusion.ui.failures import UNEXPECTED
from fusion.ui.session import Session, Visit, asked
from fusion.what_if import Changed
from tests.ui.steps import SIZES, ask, choose, run, shown, upload

CIRCLE = ASSETS / "examples" / "yellow-circle.png"  # which lies in the middle, near the top
QUESTION = "what color is the circle?"
NOTHING = "Nothing is changed yet"
pytestmark = pytest.mark.browser
NARROW = pytest.mark.parametrize("page", SIZES, ids=["320", "390", "720"], indirect=True)


@pytest.fixture
def panel(page: Page) -> Locator:
    """The panel, opened, after a question about an uploaded circle."""
    upload(page, CIRCLE)
    page.get_by_role("heading", name="Now ask about it").wait_for()  # the server has it
    ask(page, QUESTION)
    expect(page.locator("#answer .asked")).to_have_text(f"“{QUESTION}”")
    panel = page.locator("#what-if")
    expect(panel.locator("canvas")).to_be_hidden()
    panel.locator("summary").click()
    panel.locator("img[src]").wait_for()
    return panel


def brush(panel: Locator, *through: tuple[float, float]) -> None:
    """One stroke through places in shares of the picture."""
    canvas, mouse = panel.locator("canvas"), panel.page.mouse
    canvas.scroll_into_view_if_needed()
    area = canvas.bounding_box()
    assert area is not None
    places = [(area["x"] + x * area["width"], area["y"] + y * area["height"]) for x, y in through]
    mouse.move(*places[0])
    mouse.down()
    for place in places[1:]:
        mouse.move(*place, steps=4)
    mouse.up()


def over_the_circle(panel: Locator) -> None:
    """Brush all of it away."""
    panel.locator(".what-if-brush").fill("40")
    brush(panel, (0.45, 0.2), (0.55, 0.2), (0.55, 0.35), (0.45, 0.35))


def row(panel: Locator, strategy: str) -> Locator:
    return panel.locator(f'tbody tr[data-name="{strategy}"]')


def verdict(panel: Locator) -> Locator:
    return panel.locator(".what-if-verdict")


def drawn(panel: Locator) -> str:
    return str(panel.locator("canvas").evaluate("canvas => canvas.toDataURL()"))


def test_brushing_the_object_away_moves_the_answers(panel: Locator) -> None:
    expect(verdict(panel)).to_contain_text(NOTHING)
    expect(panel.locator("tbody tr")).to_have_count(panel.page.locator("#all tbody tr").count())
    whole = panel.locator("img").get_attribute("src")
    over_the_circle(panel)
    expect(verdict(panel)).to_contain_text("of the picture")
    expect(panel.locator("tr.changed").first).to_be_visible()
    changed = panel.locator("tr.changed").count()
    expect(verdict(panel)).to_contain_text(f"{changed} of {panel.locator('tbody tr').count()} strategies")
    for line in panel.locator("tr.changed").all():
        before, after = (line.locator(f"td.{name} b").inner_text() for name in ("before", "after"))
        assert before != after.removesuffix(" ≠")
    expect(row(panel, "cross-attention").locator("td.kept")).to_contain_text("→")
    expect(panel.locator("img")).not_to_have_attribute("src", whole or "")  # the picture as it was encoded
    assert shown(panel.page) == "yellow"
    panel.get_by_role("button", name="Undo").click()
    expect(verdict(panel)).to_contain_text(NOTHING)
    expect(panel.locator("img")).to_have_attribute("src", whole or "")
    expect(panel.locator("tr.changed")).to_have_count(0)
    expect(panel.get_by_role("button", name="Undo")).to_be_disabled()


def test_a_word_struck_out_moves_the_answers_and_comes_back(panel: Locator) -> None:
    word = panel.locator(".chips").get_by_text("color", exact=True)
    word.click()
    expect(word).to_have_attribute("aria-pressed", "true")
    expect(verdict(panel)).to_contain_text("Without “color”")
    expect(row(panel, "cross-attention").locator("td.after")).to_contain_text("circle ")
    expect(row(panel, "image-only").locator("td.after b")).to_have_text(
        row(panel, "image-only").locator("td.before b").inner_text()
    )
    word.click()
    expect(word).to_have_attribute("aria-pressed", "false")
    expect(verdict(panel)).to_contain_text(NOTHING)


def test_a_part_and_a_word_are_changed_together_and_cleared_at_once(panel: Locator) -> None:
    over_the_circle(panel)
    panel.locator(".chips").get_by_text("is", exact=True).click()
    expect(verdict(panel)).to_contain_text("of the picture and “is”")
    panel.get_by_role("button", name="Clear").click()
    expect(verdict(panel)).to_contain_text(NOTHING)
    expect(panel.get_by_role("button", name="Clear")).to_be_disabled()
    panel.get_by_role("button", name="Undo").click()
    expect(verdict(panel)).to_contain_text("of the picture and “is”")


def test_the_smallest_change_is_shown_and_holds_when_it_is_tried(panel: Locator) -> None:
    before = drawn(panel)
    panel.get_by_role("button", name="Smallest change").click()
    expect(panel.get_by_role("button", name="Smallest change")).to_be_disabled()
    sentences = panel.locator(".what-if-found p")
    expect(sentences).to_have_count(2, timeout=60_000)
    for sentence in sentences.all():
        expect(sentence).to_contain_text("cross-attention answers")
    assert drawn(panel) != before
    expect(panel.locator(".chips .flips")).not_to_have_count(0)
    for sentence in sentences.all():
        sentence.get_by_role("button", name="Try it").click()
        expect(panel.locator(".working")).to_have_count(0)
        after = row(panel, "cross-attention").locator("td.after")
        expect(row(panel, "cross-attention")).to_have_class("chosen changed")
        assert f"answers {after.locator('b').inner_text().removesuffix(' ≠')} (" in sentence.inner_text()
    choose(panel.page, "gated")
    expect(panel.locator(".what-if-shown")).to_contain_text("gated answers")
    expect(sentences).to_have_count(0)


def test_everything_works_by_keyboard(panel: Locator) -> None:
    keys = panel.page.keyboard
    panel.locator(".what-if-brush").fill("40")
    panel.locator("canvas").focus()
    for _ in range(8):
        keys.press("ArrowUp")
    expect(panel.locator(".what-if-place")).to_have_text("Brush at 50 % from the left, 25 % from the top")
    keys.press("Space")
    expect(verdict(panel)).to_contain_text("of the picture")
    keys.press("Shift+ArrowDown")
    keys.press("Enter")
    expect(panel.locator("tr.changed").first).to_be_visible()
    keys.press("Backspace")
    keys.press("Backspace")
    expect(verdict(panel)).to_contain_text(NOTHING)
    panel.locator(".chips .chip").nth(1).focus()
    keys.press("Enter")
    expect(verdict(panel)).to_contain_text("Without “color”")
    row(panel, "gated").get_by_role("button").focus()
    keys.press("Enter")
    expect(panel.page.locator("#answer .by")).to_contain_text("gated")
    expect(row(panel, "gated").get_by_role("button")).to_be_focused()
    expect(verdict(panel)).to_contain_text("Without “color”")


def test_a_finger_brushes_too(panel: Locator) -> None:
    panel.locator("canvas").scroll_into_view_if_needed()
    area = panel.locator("canvas").bounding_box()
    assert area is not None
    session = panel.page.context.new_cdp_session(panel.page)
    for kind, share in (("touchStart", 0.3), ("touchMove", 0.5), ("touchMove", 0.6), ("touchEnd", None)):
        x, y = (area[at] + (share or 0) * area[side] for at, side in (("x", "width"), ("y", "height")))
        points = [] if share is None else [{"x": x, "y": y}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(verdict(panel)).to_contain_text("of the picture")


@NARROW
def test_it_fits_a_narrow_screen(panel: Locator) -> None:
    over_the_circle(panel)
    panel.locator(".chips .chip").first.click()
    expect(verdict(panel)).to_contain_text("of the picture and “what”")
    assert panel.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_new_question_begins_anew(panel: Locator) -> None:
    over_the_circle(panel)
    panel.locator(".chips .chip").first.click()
    expect(verdict(panel)).to_contain_text("of the picture and “what”")
    ask(panel.page, "is there a circle?")
    expect(panel.locator(".chips .chip")).to_have_text(["is", "there", "a", "circle", "?"])
    expect(verdict(panel)).to_contain_text(NOTHING)
    expect(panel.get_by_role("button", name="Undo")).to_be_disabled()
    expect(panel.locator("tr.changed")).to_have_count(0)
    over_the_circle(panel)  # the picture is there again
    expect(verdict(panel)).to_contain_text("of the picture")
    ask(panel.page, "")
    expect(panel).to_be_hidden()
    ask(panel.page, QUESTION)
    panel.locator("summary").click()
    panel.locator("img[src]").wait_for()
    panel.locator(".chips").get_by_text("color", exact=True).click()
    expect(verdict(panel)).to_contain_text("Without “color”")


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Changes take until this is set."""
    change, go_on = what_if.changed, Event()

    def wait(*args: Any) -> Changed:
        go_on.wait(30)
        return change(*args)

    monkeypatch.setattr(what_if, "changed", wait)
    yield go_on
    go_on.set()


def test_the_last_change_decides(panel: Locator, slow: Event) -> None:
    words = panel.locator(".chips .chip")
    for i in (0, 1, 2):
        words.nth(i).click()
    expect(panel.locator(".working")).to_be_visible()
    slow.set()
    expect(verdict(panel)).to_contain_text("Without “what”, “color” and “is”")
    expect(panel.locator(".working")).to_have_count(0)


def test_what_comes_too_late_is_thrown_away_and_holds_nobody_up(panel: Locator, slow: Event) -> None:
    page = panel.page
    panel.locator(".chips .chip").first.click()
    expect(panel.locator(".working")).to_be_visible()
    ask(page, "what shape is in the image?")
    expect(page.locator("#answer .asked")).to_contain_text("what shape is in the image?")
    expect(panel.locator(".working")).to_have_count(0)
    slow.set()
    page.wait_for_timeout(1000)
    expect(verdict(panel)).to_contain_text(NOTHING)


def test_a_failure_is_told_in_the_panel(panel: Locator, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("someone's secret")

    monkeypatch.setattr(what_if, "changed", fail)
    panel.locator(".chips .chip").first.click()
    expect(panel.locator(".what-if-error")).to_have_text(UNEXPECTED)
    expect(panel.locator(".working")).to_have_count(0)
    monkeypatch.setattr(what_if, "smallest_flip", fail)
    panel.get_by_role("button", name="Smallest change").click()
    expect(panel.locator(".what-if-error")).to_have_text(UNEXPECTED)
    expect(panel.get_by_role("button", name="Smallest change")).to_be_enabled()
    monkeypatch.undo()
    panel.get_by_role("button", name="Undo").click()
    expect(panel.locator(".what-if-error")).to_be_hidden()


def test_nothing_is_asked_of_the_server_before_the_panel_is_opened(page: Page) -> None:
    upload(page, CIRCLE)
    page.get_by_role("heading", name="Now ask about it").wait_for()  # the server has it
    ask(page, QUESTION)
    page.locator("#what-if summary").wait_for()
    page.wait_for_timeout(1000)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.locator("#what-if summary").focus()
    page.wait_for_timeout(500)
    assert sent == []
    page.keyboard.press("Enter")
    page.locator("#what-if img[src]").wait_for()
    assert any("queue/join" in url for url in sent)


def test_a_search_ends_where_another_question_is_asked() -> None:
    session = asked(
        Session(picture=clean_picture(CIRCLE), preview="circle"), ("easy-vqa", None, None), QUESTION
    )
    visit = Visit(session)
    event = SimpleNamespace(ticket=1, key=what_if._key(session), strategy="")

    async def last(strategy: str, then: Session) -> dict[str, Any]:
        event.strategy = strategy
        found = []
        async for update in what_if.searched(event, visit):  # type: ignore[arg-type]
            found.append(update["flip"])
            visit.session = then
        assert {"done", "total"} <= found[0].keys() or event.key != what_if._key(session)
        return dict(found[-1])

    def search(strategy: str, then: Session = session) -> dict[str, Any]:
        visit.session = session
        return run(last(strategy, then))

    assert search("magic")["error"].startswith("magic is none")
    assert search("text-only", replace(session, preview="another")).keys() >= {"sentences"}
    assert search("image-only", replace(session, preview="another"))["stopped"]
    assert visit.search is None
    event.key = "of a picture before"
    assert search("text-only").keys() == {"ticket", "key", "stopped"}
