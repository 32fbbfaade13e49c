"""The lab, in a real browser: what is spoiled, what is answered then, and what was measured."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

import fusion
from fusion.inputs import clean_picture
from fusion.paths import ASSETS
from fusion.robustness.changes import Change, changed_text
from fusion.robustness.measure import every_change
from fusion.robustness.trying import tried
from fusion.ui.failures import UNEXPECTED
from fusion.ui.lab import tab
from tests.ui.conftest import WIDE, opened_page
from tests.ui.steps import SIZES, go_to

QUESTION = "what color is the circle?"
CIRCLE = ASSETS / "examples" / "yellow-circle.png"
pytestmark = pytest.mark.browser


@pytest.fixture(params=[WIDE], ids=["wide"])
def lab(request: pytest.FixtureRequest, browser: Browser, server: str) -> Iterator[Page]:
    """The tab with the drawings of easy-vqa chosen."""
    with opened_page(browser, server, request.param) as page:
        go_to(page, "Lab")
        page.locator("#lab-task input").click()
        page.get_by_role("option", name="easy-vqa").locator("visible=true").click()
        page.locator("#lab-examples .example", has_text=QUESTION).wait_for()
        yield page


@pytest.fixture
def asked(lab: Page) -> Page:
    """The same after the example about a circle was chosen."""
    lab.locator("#lab-examples .example", has_text=QUESTION).click()
    lab.locator("#lab-moves table").wait_for()
    return lab


def choose(page: Page, side: str, title: str) -> None:
    page.locator(f"#lab-{side} label").get_by_text(title, exact=True).click()


def after(page: Page, strategy: str) -> Any:
    row = page.locator("#lab-moves tbody tr", has=page.locator("th", has_text=strategy))
    return row.locator("td.after b")


def test_before_there_is_an_input_it_says_what_to_do(lab: Page) -> None:
    expect(lab.locator("#lab-given")).to_contain_text("Pick an example, or give a picture and a question")
    lab.locator("#lab-question textarea").fill("what is it?")
    lab.locator("#lab-go").click()
    expect(lab.locator("#lab-given h2")).to_have_text("Pick an example, or give a picture")


def test_as_given_nothing_moves(asked: Page) -> None:
    expect(asked.locator("#lab-moves .lab-verdict")).to_have_text("No strategy changes its answer.")
    expect(asked.locator("#lab-moves tbody tr")).to_have_count(len(fusion.load(task="easy-vqa").strategies))
    expect(asked.locator("#lab-given .lab-words li")).to_have_text(QUESTION.split())
    expect(asked.locator("#lab-question textarea")).to_have_value(QUESTION)
    expect(asked.locator("#lab-measured .panel")).to_have_count(0)


def test_a_grey_picture_and_dropped_words_are_shown_and_answered(asked: Page) -> None:
    choose(asked, "image", "grey")
    expect(asked.locator("#lab-given figcaption")).to_have_text("Picture without its colours")
    choose(asked, "text", "dropped")
    expect(asked.locator("#lab-given .lab-words s")).to_have_count(2)
    expect(asked.locator("#lab-given .lab-words + .fine")).to_have_text("Words 50 % dropped")
    picture = clean_picture(CIRCLE)
    assert picture is not None
    changes = Change("grey", 1.0), Change("drop-words", 0.5)
    found = tried(fusion.load(task="easy-vqa"), picture, QUESTION, *changes)
    for move in found.moves:
        expect(after(asked, move.strategy).first).to_have_text(move.after[0])
    changed = sum(move.changed for move in found.moves)
    expect(asked.locator("#lab-moves tr.changed")).to_have_count(changed)
    expect(asked.locator("#lab-moves .lab-verdict")).to_contain_text(
        f"{changed} of {len(found.moves)} strategies"
    )


def test_a_slider_moves_by_keyboard_and_only_the_chosen_kinds_is_to_be_seen(asked: Page) -> None:
    expect(asked.locator("#lab-blur")).to_be_hidden()
    choose(asked, "image", "blurred")
    slider = asked.locator("#lab-blur input[type=range]")
    expect(slider).to_be_visible()
    expect(asked.locator("#lab-given figcaption")).to_contain_text("radius of 4 %")
    before = asked.locator("#lab-given img").get_attribute("src")
    slider.press("ArrowRight")
    expect(asked.locator("#lab-given figcaption")).to_contain_text("radius of 5 %")
    assert asked.locator("#lab-given img").get_attribute("src") != before
    expect(asked.locator("#lab-noise")).to_be_hidden()
    choose(asked, "image", "as it is")
    expect(slider).to_be_hidden()
    expect(asked.locator("#lab-given figcaption")).to_have_text("Picture as given")


def test_another_seed_gives_another_order(asked: Page) -> None:
    choose(asked, "text", "shuffled")
    for seed in (1, 2, 3):
        asked.locator("#lab-seed input").fill(str(seed))
        order = changed_text(QUESTION, Change("shuffle-words", 1.0), seed)
        expect(asked.locator("#lab-given .lab-words li")).to_have_text(order.split())


def test_what_is_missing_is_told_and_both_cannot_be(asked: Page) -> None:
    choose(asked, "image", "missing")
    expect(asked.locator("#lab-given .lab-nothing")).to_have_text("no picture")
    row = asked.locator("#lab-moves tbody tr", has_text="image-only")
    expect(row).to_contain_text("sees nothing")
    choose(asked, "text", "missing")
    expect(asked.locator(".alert").locator("visible=true")).to_contain_text(
        "Neither picture nor words are left"
    )
    choose(asked, "image", "as it is")
    expect(asked.locator(".alert").locator("visible=true")).to_have_count(0)
    expect(asked.locator("#lab-moves tbody tr", has_text="text-only")).to_contain_text("sees nothing")


def test_the_measured_accuracy_stands_beside_it(asked: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    lens = fusion.load(task="easy-vqa")
    rows = {name: {"accuracy": 0.9, "interval": [0.8, 0.95]} for name in lens.strategies}
    spoiled = {name: {"accuracy": 0.63, "interval": [0.6, 0.7]} for name in lens.strategies}
    changed = [{"change": c.name, "level": c.level, "results": spoiled} for c in every_change()]
    report = {"n": 400, "seed": 0, "unchanged": rows, "changed": changed}
    monkeypatch.setitem(lens.evaluation or {}, "robustness", report)
    choose(asked, "image", "blurred")
    panel = asked.locator("#lab-measured .panel")
    expect(panel).to_contain_text("400 questions of the test split, the picture blurred with a radius of 4 %")
    expect(panel.locator(".lab-verdict")).to_contain_text("right no more often than")
    row = panel.locator("li", has_text="gated")
    expect(row.locator(".number")).to_have_text("63 %")
    expect(row.locator(".drop")).to_have_text("−27")
    expect(panel.locator("svg polyline")).to_have_count(len(lens.strategies))
    expect(panel.locator("li.prior")).to_have_count(2)


def test_without_a_measurement_it_says_so(asked: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluation = fusion.load(task="easy-vqa").evaluation or {}
    monkeypatch.setitem(evaluation, "robustness", None)
    choose(asked, "text", "shuffled")
    expect(asked.locator("#lab-measured")).to_contain_text("Not measured for these checkpoints")


def test_an_own_picture_is_taken_and_left_nowhere(asked: Page, left_over: Callable[[], list[Path]]) -> None:
    before = asked.locator("#lab-given img").get_attribute("src")
    asked.locator("#lab-picture input[type=file]").set_input_files(ASSETS / "examples" / "red-triangle.png")
    expect(asked.locator("#lab-given img")).not_to_have_attribute("src", before or "")
    expect(asked.locator("#lab-picture img")).to_be_visible()
    assert left_over() == []


def test_a_broken_picture_is_one_sentence_and_the_last_one_stays(asked: Page, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(CIRCLE.read_bytes()[:60])
    asked.locator("#lab-picture input[type=file]").set_input_files(broken)
    expect(asked.locator(".alert").locator("visible=true")).to_contain_text("broken.png")
    expect(asked.locator("#lab-picture img")).to_be_visible()
    expect(asked.locator("#lab-moves table")).to_be_visible()


def test_the_unexpected_is_told_without_its_details(asked: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("someone's secret")

    monkeypatch.setattr(tab, "tried", fail)
    choose(asked, "text", "shuffled")
    expect(asked.locator(".alert").locator("visible=true")).to_have_text(UNEXPECTED)
    assert "secret" not in asked.content()


def test_a_cleared_picture_is_forgotten(asked: Page) -> None:
    asked.locator("#lab-picture").get_by_label("Remove Image").click()
    expect(asked.locator("#lab-given h2")).to_have_text("Pick an example, or give a picture")
    expect(asked.locator("#lab-moves table")).to_have_count(0)


def test_a_question_is_shown_as_text_and_never_run(asked: Page) -> None:
    asked.locator("#lab-question textarea").fill("<img src=x onerror=alert(1)> ${1+1} {{value}}")
    asked.locator("#lab-go").click()
    expect(asked.locator("#lab-given .lab-words li").first).to_have_text("<img")
    expect(asked.locator("#lab-given .lab-words img")).to_have_count(0)


@pytest.mark.parametrize("lab", SIZES, ids=["320", "390", "720"], indirect=True)
def test_a_narrow_screen_never_scrolls_sideways(asked: Page) -> None:
    choose(asked, "image", "blurred")
    choose(asked, "text", "dropped")
    expect(asked.locator("#lab-measured .panel")).to_have_count(2)
    width = asked.evaluate("document.documentElement.scrollWidth")
    assert width <= asked.evaluate("innerWidth")
