"""A visitor's ways through the page, in a real browser."""

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from fusion.answer import Reply
from fusion.lens import Lens
from fusion.paths import ASSETS
from tests.ui.steps import SIZES, ask, choose, drawn, shown, upload

EXAMPLES = ASSETS / "examples"
CIRCLE = EXAMPLES / "yellow-circle.png"
PHOTO = EXAMPLES / "clownfish.jpg"
pytestmark = pytest.mark.browser
NARROW = pytest.mark.parametrize("page", SIZES, ids=["320", "390", "720"], indirect=True)


def test_upload_ask_and_toggle(answered: Page) -> None:
    page = answered
    assert shown(page) == "yellow"
    expect(page.locator("#answer .bars li")).to_have_count(5)
    expect(page.locator("#all tbody tr")).to_have_count(page.locator("#strategy label").count())
    expect(page.locator("#all tr.chosen button")).to_have_text("cross-attention")
    for strategy in ("concat", "gated", "late"):
        choose(page, strategy)
        expect(page.locator("#answer .by")).to_contain_text(strategy)
        expect(page.locator("#card h2")).to_contain_text(strategy)
        expect(page.locator("#all tr.chosen button")).to_have_text(strategy)
    page.locator("#all").get_by_role("button", name="bilinear").click()
    expect(page.locator("#answer .by")).to_contain_text("bilinear")
    expect(page.locator("#strategy label.selected")).to_have_text("bilinear")


@pytest.mark.usefixtures("answered")
def test_nothing_is_left_on_disk(left_over: Callable[[], list[Path]]) -> None:
    assert left_over() == []


def test_baselines_are_marked_and_what_differs_is_visible(answered: Page) -> None:
    page = answered
    for name in ("image-only", "text-only"):
        expect(page.locator("#all tr", has=page.get_by_role("button", name=name))).to_contain_text("baseline")
    answer = shown(page)
    for row in page.locator("#all tbody tr").all():
        differs = "differs" in (row.get_attribute("class") or "")
        label = row.locator("td.label").inner_text().removeprefix("differs:").strip()
        assert differs == (label != answer)


def test_word_layer_head_and_opacity_react_in_the_browser(answered: Page) -> None:
    page = answered
    page.locator("#faithful .faithful > .note").wait_for()  # the explanation comes by itself
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    seen = {drawn(page)}
    for word in ("all words", "color", "circle"):
        chip = page.locator("#heat .chip").get_by_text(word, exact=True)
        chip.focus()
        page.keyboard.press("Enter")
        expect(chip).to_have_attribute("aria-pressed", "true")
        seen.add(drawn(page))
    for select in (".heat-layer", ".heat-head"):
        page.locator(f"#heat {select}").select_option(label="1")
        seen.add(drawn(page))
    assert len(seen) >= 5
    page.locator("#heat .heat-opacity").fill("30")
    expect(page.locator("#heat canvas")).to_have_css("opacity", "0.3")
    expect(page.locator("#heat .heat-percent")).to_have_text("30 %")
    assert [url for url in sent if not url.startswith(("data:", "blob:"))] == []


def test_the_map_lies_over_the_whole_picture_in_its_own_proportions(page: Page) -> None:
    upload(page, PHOTO)
    ask(page, "what color is the shape?")
    page.locator("#heat canvas[aria-label]").wait_for()
    picture, veil = (page.locator(f"#heat .heat-frame {tag}").bounding_box() for tag in ("img", "canvas"))
    assert picture is not None and veil == picture
    assert picture["width"] / picture["height"] == pytest.approx(320 / 240, rel=0.01)


def test_a_strategy_without_attention_says_so_and_names_one_with(answered: Page) -> None:
    page = answered
    choose(page, "concat")
    expect(page.locator("#heat .heat-message")).to_contain_text("concat does not attend to patches")
    expect(page.locator("#heat canvas")).to_be_hidden()
    page.locator("#heat .heat-others").get_by_role("button", name="cross-attention").click()
    expect(page.locator("#heat canvas")).to_be_visible()
    expect(page.locator("#answer .by")).to_contain_text("cross-attention")


def test_an_example_answers_with_one_click(page: Page) -> None:
    page.locator("#examples .example").nth(1).click()
    expect(page.locator("#answer .asked")).to_contain_text("what is the red shape?")
    assert shown(page) == "triangle"
    expect(page.locator("#question textarea")).to_have_value("what is the red shape?")
    expect(page.locator("#picture img")).to_be_visible()


def test_a_photograph_is_told_to_be_outside_the_training(page: Page) -> None:
    page.locator("#examples .example").last.click()
    expect(page.locator("#answer .note.warn").first).to_contain_text("unlike the pictures")


@pytest.mark.parametrize("size", [(40, 800), (800, 40)])
def test_the_map_of_a_very_long_picture_keeps_its_proportions(
    page: Page, tmp_path: Path, size: tuple[int, int]
) -> None:
    long = tmp_path / "long.png"
    Image.new("RGB", size, "teal").save(long)
    upload(page, long)
    ask(page, "what color is the shape?")
    page.locator("#heat canvas[aria-label]").wait_for()
    picture, veil = (page.locator(f"#heat .heat-frame {tag}").bounding_box() for tag in ("img", "canvas"))
    assert picture is not None and veil == picture
    assert picture["width"] / picture["height"] == pytest.approx(size[0] / size[1], rel=0.05)
    assert picture["height"] < 600


def test_a_long_wait_is_shown(answered: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    page, reply, go_on = answered, Lens.reply, Event()

    def wait(*args: Any, **options: Any) -> Reply:
        go_on.wait(60)
        return reply(*args, **options)

    monkeypatch.setattr(Lens, "reply", wait)
    ask(page, "what shape is in the image?")
    expect(page.locator("#answer .pending")).to_be_visible()
    expect(page.locator("#answer .panel")).to_have_css("opacity", "0.4")
    go_on.set()
    expect(page.locator("#answer .pending")).to_have_count(0)
    expect(page.locator("#answer .asked")).to_contain_text("what shape is in the image?")


def test_one_input_alone_is_answered_by_its_baseline_and_said_so(page: Page) -> None:
    ask(page, "is there a circle?")
    expect(page.locator("#answer .by")).to_contain_text("text-only text alone")
    expect(page.locator("#answer .note").first).to_contain_text("the unimodal path answered")
    upload(page, CIRCLE)
    expect(page.locator("#answer .by")).to_contain_text("cross-attention")
    ask(page, "")
    expect(page.locator("#answer .by")).to_contain_text("image-only picture alone")


def test_a_weight_set_by_hand_is_used_at_once(answered: Page) -> None:
    page = answered
    choose(page, "weighted")
    expect(page.locator("#answer .by")).to_contain_text("weighted")
    learned = page.locator("#answer .shares").inner_text()
    slider = page.locator(".settings input[type=range]")
    slider.fill("1")
    expect(page.locator("#answer .shares")).to_contain_text("picture 1.00 text 0.00")
    expect(page.locator("#answer .by")).to_contain_text("set by hand")
    page.get_by_label("Set by hand").uncheck()
    expect(page.locator("#answer .by")).not_to_contain_text("set by hand")
    expect(page.locator("#answer .shares")).to_have_text(learned, use_inner_text=True)
    choose(page, "concat")
    expect(page.locator(".settings")).to_have_count(0)


def test_a_question_is_shown_as_text_and_never_run(answered: Page) -> None:
    page = answered
    question = "<img src=x onerror=alert(1)> ${1+1} {{value}}"
    ask(page, question)
    expect(page.locator("#answer .asked")).to_have_text(f"“{question}”")
    expect(page.locator("#answer img")).to_have_count(0)
    expect(page.locator("#heat .chips img")).to_have_count(0)


def test_a_cleared_picture_is_forgotten(answered: Page) -> None:
    page = answered
    page.get_by_label("Remove Image").click()
    expect(page.get_by_role("heading", name="Pick an example or upload a picture")).to_be_visible()
    ask(page, "is there a circle?")
    expect(page.locator("#answer .by")).to_contain_text("text-only")


@NARROW
def test_a_narrow_screen_never_scrolls_sideways(page: Page, tmp_path: Path) -> None:
    def fits() -> bool:
        return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

    assert fits()
    page.locator("#examples .example").first.click()
    expect(page.locator("#answer .answer")).to_be_in_viewport()
    page.locator("#heat canvas[aria-label]").wait_for()
    assert fits()
    choose(page, "weighted")
    expect(page.locator(".settings")).to_be_visible()
    assert fits()
    ask(page, "w" * 300)
    expect(page.locator("#answer .asked")).to_contain_text("www")
    assert fits()
    broken = tmp_path / f"{'broken' * 12}.png"
    broken.write_text("no picture")
    upload(page, broken)
    expect(page.locator(".alert")).to_contain_text("broken")
    assert fits()


def test_a_photograph_is_answered_and_pointed_at(photo_page: Page) -> None:
    page = photo_page
    page.locator("#examples .example").first.click()
    expect(page.locator("#answer .asked")).to_contain_text("Which bird is this?")
    assert shown(page) == "parrot"
    choose(page, "cross-attention")
    page.locator("#heat canvas[aria-label]").wait_for()
    expect(page.locator("#card")).to_contain_text("On photos")
