"""A visitor's ways through the page, in a real browser."""

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

import fusion
from fusion.answer import Reply
from fusion.errors import UserError
from fusion.inputs import MAX_BYTES
from fusion.lens import Lens
from fusion.paths import ASSETS
from fusion.ui.failures import UNEXPECTED
from tests.ui.steps import SIZES, ask, choose, drawn, shown, upload

EXAMPLES = ASSETS / "examples"
CIRCLE = EXAMPLES / "yellow-circle.png"
PHOTO = EXAMPLES / "clownfish.jpg"
pytestmark = pytest.mark.browser
NARROW = pytest.mark.parametrize("page", SIZES, ids=["320", "390", "720"], indirect=True)


@pytest.fixture
def answered(page: Page) -> Page:
    """The page after a question about an uploaded circle, with its map drawn."""
    upload(page, CIRCLE)
    expect(page.locator("#picture img")).to_be_visible()
    ask(page, "what color is the circle?")
    expect(page.locator("#answer .asked")).to_have_text("“what color is the circle?”")
    page.locator("#heat canvas[aria-label]").wait_for()
    return page


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


def test_a_broken_file_is_refused_in_one_sentence_and_all_else_stays(answered: Page, tmp_path: Path) -> None:
    page = answered
    before = page.locator("#picture img").get_attribute("src")
    broken = tmp_path / "broken.png"
    broken.write_bytes(CIRCLE.read_bytes()[:60])
    upload(page, broken)
    expect(page.get_by_role("alert").first).to_contain_text("broken.png")
    expect(page.locator("#picture img")).to_have_attribute("src", before or "")
    expect(page.locator("#question textarea")).to_have_value("what color is the circle?")
    assert shown(page) == "yellow"
    ask(page, "what shape is in the image?")
    expect(page.locator("#answer .asked")).to_contain_text("what shape is in the image?")
    expect(page.locator(".alert")).to_be_empty()
    assert shown(page) == "circle"


def test_the_first_file_may_be_broken(page: Page, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_text("no picture")
    upload(page, broken)
    expect(page.locator(".alert")).to_contain_text("broken.png")
    page.wait_for_timeout(1000)
    expect(page.locator(".alert")).to_contain_text("broken.png")
    expect(page.locator("#picture img")).to_have_count(0)


def test_a_file_too_large_is_refused_in_the_same_way(answered: Page, tmp_path: Path) -> None:
    page = answered
    before = page.locator("#picture img").get_attribute("src")
    large = tmp_path / "large.jpg"
    large.write_bytes(bytes(MAX_BYTES + 1))
    upload(page, large)
    expect(page.locator(".alert")).to_have_text(
        "The picture large.jpg is larger than 20 MB; save it smaller."
    )
    expect(page.locator("#picture img")).to_have_attribute("src", before or "")


def test_an_upload_that_fails_leaves_the_last_picture_in_place(answered: Page) -> None:
    page = answered
    before = page.locator("#picture img").get_attribute("src")
    page.route("**/upload**", lambda route: route.fulfill(body="no answer"))
    upload(page, PHOTO)
    expect(page.locator(".toast-body")).to_contain_text("Error")
    expect(page.locator("#picture img")).to_have_attribute("src", before or "")
    assert shown(page) == "yellow"


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


def test_nothing_at_all_is_asked_for_kindly(page: Page) -> None:
    page.locator("#ask").click()
    expect(page.locator(".alert")).to_contain_text("Give a picture, a text or both.")


def test_the_unexpected_is_told_without_its_details(answered: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    page = answered

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("someone's secret")

    monkeypatch.setattr(Lens, "reply", fail)
    ask(page, "what shape is in the image?")
    expect(page.locator(".alert")).to_have_text(UNEXPECTED)
    expect(page.locator("#question textarea")).to_have_value("what shape is in the image?")
    expect(page.locator("#answer .asked")).to_contain_text("what color is the circle?")
    assert "secret" not in page.content()


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


def test_models_that_cannot_be_loaded_are_refused_and_the_last_ones_stay(
    answered: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, load = answered, fusion.load

    def refuse(**names: str | None) -> Lens:
        if names["text_encoder"] == "word-embedding":
            raise UserError("There is no checkpoint for these.")
        return load(**names)

    monkeypatch.setattr(fusion, "load", refuse)
    page.get_by_role("button", name="Task and encoders").click()
    page.get_by_label("Text encoder").click()
    page.get_by_role("option", name="word-embedding").click()
    expect(page.locator(".alert")).to_contain_text("no checkpoint")
    expect(page.get_by_label("Text encoder")).to_have_value("minilm")
    assert shown(page) == "yellow"
    ask(page, "what shape is in the image?")
    expect(page.locator("#answer h2 b")).to_have_text("circle")


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
