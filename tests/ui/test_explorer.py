"""The panel with the maps, in a real browser: its numbers are the lens' own, whatever a visitor chooses."""

import base64
import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gradio import EventData
from PIL import Image
from playwright.sync_api import Locator, Page, expect

import fusion
from fusion.answer import Answer, Reply
from fusion.explain.explanation import DEFAULT, Explanation
from fusion.explain.heatmap import with_means
from fusion.inputs import clean_picture
from fusion.paths import ASSETS
from fusion.ui.compare import compared
from fusion.ui.heat import side
from fusion.ui.session import Session, Visit
from tests.tiny_references import save_all
from tests.ui.steps import SIZES, ask, choose, drawn, upload

CIRCLE = ASSETS / "examples" / "yellow-circle.png"
QUESTION = "what color is the circle?"
WORDS = ("what", "color", "is", "the", "circle", "?")
browsed = pytest.mark.browser


def answer_of(strategy: str, question: str = QUESTION) -> Answer:
    return fusion.load(task="easy-vqa").reply(CIRCLE, question, strategy).results[0]


def weights_of(strategy: str = "cross-attention") -> np.ndarray:
    maps = answer_of(strategy).attention
    assert maps is not None and maps.words == WORDS
    return with_means(maps.weights)


def explained_by(strategy: str) -> Explanation:
    picture = clean_picture(CIRCLE)
    assert picture is not None
    return fusion.load(task="easy-vqa").explaining(picture, QUESTION, strategy).by(DEFAULT)


@pytest.fixture
def answered(page: Page) -> Page:
    """The page after a question about an uploaded circle, with its map drawn."""
    upload(page, CIRCLE)
    expect(page.locator("#picture img")).to_be_visible()
    ask(page, QUESTION)
    expect(page.locator("#answer .asked")).to_have_text(f"“{QUESTION}”")
    page.locator("#heat canvas[aria-label]").wait_for()
    return page


def views(page: Page) -> Locator:
    return page.locator("#heat .heat-view")


def click_patch(page: Page, row: int, column: int, grid: tuple[int, int], view: int = 0) -> None:
    patches = views(page).nth(view).locator(".heat-patches")
    box = patches.bounding_box()
    assert box is not None
    x, y = (column + 0.5) / grid[1] * box["width"], (row + 0.5) / grid[0] * box["height"]
    patches.click(position={"x": x, "y": y})


def chip_numbers(page: Page) -> list[str]:
    return page.locator("#heat .chips .chip-number").all_inner_texts()


def shares(weights: np.ndarray) -> list[str]:
    return [f"{100 * weight:.1f} %" for weight in weights]


def compare_with(page: Page, strategy: str) -> None:
    page.get_by_label("Compare with").select_option(strategy)
    expect(views(page).nth(1).locator(".heat-whose")).to_contain_text(f"{strategy}: ")


def numbers(page: Page) -> tuple[str, dict[str, Any]]:
    """The name and the content of what "Save numbers" saves."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Save numbers").click()
    return download.value.suggested_filename, json.loads(download.value.path().read_bytes())


def picture(page: Page) -> tuple[str, Image.Image]:
    """The same for "Save picture"."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Save picture").click()
    found = Image.open(BytesIO(download.value.path().read_bytes()))
    assert found.format == "PNG"
    return download.value.suggested_filename, found.convert("RGB")


def test_maps_are_sent_with_their_means_in_half_precision() -> None:
    reply = fusion.load(task="easy-vqa").reply(CIRCLE, QUESTION, ("cross-attention", "concat"))
    sent = side(reply.results[0], reply)["attention"]
    shape = (sent["layers"] + 1, sent["heads"] + 1, len(WORDS) + 1, sent["rows"], sent["columns"])
    found = np.frombuffer(base64.b64decode(sent["numbers"]), "<f2").reshape(shape)
    np.testing.assert_allclose(found, weights_of(), rtol=1e-3, atol=1e-7)
    assert side(reply.results[1], reply)["attention"] is None


def test_answers_bear_the_same_mark_only_while_they_are_the_same() -> None:
    lens = fusion.load(task="easy-vqa")
    replies = [lens.reply(CIRCLE, q, "concat") for q in (QUESTION, QUESTION, "what shape is this?")]
    marks = [side(reply.results[0], reply)["reply"] for reply in replies]
    assert marks[0] == marks[1] != marks[2]


@browsed
def test_a_patch_tells_how_much_of_each_words_attention_falls_on_it(answered: Page) -> None:
    page, weights = answered, weights_of()
    grid = weights.shape[-2:]
    assert chip_numbers(page) == []
    click_patch(page, 5, 8, grid)
    assert chip_numbers(page) == shares(weights[0, 0, :, 5, 8])
    expect(page.locator("#heat .heat-caption")).to_contain_text("row 6, column 9")
    page.locator("#heat .chip", has_text="circle").click()
    assert chip_numbers(page) == shares(weights[0, 0, :, 5, 8])
    expect(page.locator("#heat .heat-caption")).to_contain_text(
        f"Of “circle” on row 6, column 9: {shares(weights[0, 0, 5:6, 5, 8])[0]} of the attention"
    )
    click_patch(page, 0, 0, grid)
    assert chip_numbers(page) == shares(weights[0, 0, :, 0, 0])
    for go_back in (
        lambda: click_patch(page, 0, 0, grid),
        lambda: page.keyboard.press("Escape"),
        lambda: page.get_by_role("button", name="All patches").click(),
    ):
        go_back()
        expect(page.locator("#heat .heat-patch")).to_be_hidden()
        expect(page.locator("#heat .heat-caption")).to_contain_text("most on row")
        assert chip_numbers(page) == []
        click_patch(page, 0, 0, grid)
        assert len(chip_numbers(page)) == 1 + len(WORDS)


@browsed
def test_patches_layers_and_heads_are_reached_by_keyboard(answered: Page) -> None:
    page, weights = answered, weights_of()
    page.locator("#heat .chip", has_text="circle").click()
    page.locator("#heat .heat-patches").focus()
    row, column = np.unravel_index(weights[0, 0, 5].argmax(), weights.shape[-2:])
    for key in ("ArrowUp", "ArrowLeft"):
        page.keyboard.press(key)
    row, column = max(row - 1, 0), max(column - 1, 0)
    expect(page.locator("#heat .heat-caption")).to_contain_text(f"on row {row + 1}, column {column + 1}:")
    assert chip_numbers(page) == []
    page.keyboard.press("Enter")
    assert chip_numbers(page) == shares(weights[0, 0, :, row, column])
    page.get_by_role("button", name="Next layer").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#heat .heat-layer")).to_have_value("1")
    page.get_by_role("combobox", name="Head").focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(page.locator("#heat .heat-head")).to_have_value("3")
    assert chip_numbers(page) == shares(weights[1, 3, :, row, column])
    page.get_by_role("button", name="Previous head").click()
    assert chip_numbers(page) == shares(weights[1, 2, :, row, column])
    page.locator("#heat .heat-patches").focus()
    page.keyboard.press("Escape")
    assert chip_numbers(page) == []


@browsed
def test_all_layers_and_heads_are_seen_at_once(answered: Page) -> None:
    page = answered
    before = drawn(page)
    page.get_by_text("All layers and heads").click()
    layers, heads = weights_of().shape[:2]
    small = page.locator("#heat .heat-little")
    expect(small).to_have_count(layers * heads)
    looks = small.locator("canvas").evaluate_all("all => all.map(one => one.toDataURL())")
    assert len(set(looks)) > layers * heads / 2
    page.get_by_role("button", name="Layer 2, head 1").click()
    expect(page.locator("#heat .heat-layer")).to_have_value("2")
    expect(page.locator("#heat .heat-head")).to_have_value("1")
    expect(small.nth(2 * heads + 1)).to_have_attribute("aria-pressed", "true")
    assert page.locator("#heat .heat-frame canvas").evaluate("one => one.toDataURL()") != before


@browsed
def test_two_strategies_are_explained_side_by_side(answered: Page) -> None:
    page, theirs = answered, explained_by("concat")
    compare_with(page, "concat")
    expect(page.locator("#heat h2")).to_have_text("Why this answer")
    other = views(page).nth(1)
    expect(other.locator(".heat-whose")).to_contain_text(f"concat: {theirs.label}")
    expect(other.locator(".heat-caption")).to_contain_text(f"By {DEFAULT}, for “{theirs.label}”")
    expect(other.locator(".heat-words .chip")).to_have_count(len(theirs.text))
    rows, columns = theirs.image.shape
    click_patch(page, rows - 1, 0, (rows, columns), view=1)
    sign = "for" if theirs.image[rows - 1, 0] > 0 else "against"
    expect(other.locator(".heat-caption")).to_contain_text(f"row {rows}, column 1, ")
    expect(other.locator(".heat-caption")).to_contain_text(f"speaks {sign} it")
    first, second = (views(page).nth(i).bounding_box() for i in (0, 1))
    assert first is not None and second is not None
    assert second["y"] == first["y"] and second["x"] > first["x"] + first["width"]
    _, saved = numbers(page)
    its = saved["maps"][1]
    assert (its["strategy"], its["explainer"], its["words"]) == ("concat", DEFAULT, list(WORDS))
    assert its["probability"] == pytest.approx(theirs.probability)
    np.testing.assert_allclose(its["patch_relevance"], theirs.image, rtol=2e-3, atol=1e-5)
    np.testing.assert_allclose(its["word_relevance"], theirs.text, rtol=2e-3, atol=1e-5)


@browsed
def test_who_is_beside_changes_places_with_who_is_shown(answered: Page) -> None:
    page = answered
    compare_with(page, "concat")
    choose(page, "concat")
    expect(page.get_by_label("Compare with")).to_have_value("cross-attention")
    expect(views(page).nth(1).locator(".heat-whose")).to_contain_text("cross-attention: yellow")
    choose(page, "gated")
    expect(page.locator("#answer .by")).to_contain_text("gated")
    expect(page.get_by_label("Compare with")).to_have_value("cross-attention")
    page.get_by_label("Compare with").select_option("")
    expect(views(page)).to_have_count(1)


@browsed
def test_a_new_answer_leaves_what_was_chosen(answered: Page) -> None:
    page, grid = answered, weights_of().shape[-2:]
    compare_with(page, "concat")
    page.get_by_role("button", name="Attention", exact=True).click()
    page.locator("#heat .heat-layer").select_option("2")
    page.locator("#heat .heat-opacity").fill("40")
    click_patch(page, 3, 4, grid)
    ask(page, "what shape is in the image?")
    expect(page.locator("#answer h2 b")).to_have_text("circle")
    expect(views(page).nth(0).locator(".heat-whose")).to_contain_text("cross-attention: circle")
    expect(views(page).nth(1).locator(".heat-whose")).to_contain_text("concat: circle")
    expect(page.locator("#heat .heat-view.stale")).to_have_count(0)
    expect(page.locator("#heat .heat-layer")).to_have_value("2")
    expect(page.locator("#heat canvas").first).to_have_css("opacity", "0.4")
    expect(views(page).nth(0).locator(".heat-patch")).to_be_visible()
    maps = answer_of("cross-attention", "what shape is in the image?").attention
    assert maps is not None
    assert chip_numbers(page) == shares(with_means(maps.weights)[2, 0, :, 3, 4])


@browsed
def test_why_is_shown_where_there_is_no_attention_and_beside_it_where_there_is(answered: Page) -> None:
    page, its = answered, explained_by("cross-attention")
    attention = drawn(page)
    page.get_by_role("button", name="Why", exact=True).click()
    expect(page.locator("#heat .heat-caption")).to_contain_text(f"By {DEFAULT}, for “yellow”")
    assert drawn(page) != attention
    texts = page.locator("#heat .heat-words .chip-number").all_inner_texts()
    assert [text[0] == "+" for text in texts] == [value > 0 for value in its.text]
    tints = page.locator("#heat .heat-words .chip").evaluate_all("all => all.map(c => c.style.background)")
    assert len(set(tints)) > 1
    page.get_by_role("button", name="Attention", exact=True).click()
    assert drawn(page) == attention
    choose(page, "concat")
    expect(page.locator("#heat h2")).to_have_text("Why this answer")
    expect(page.locator("#heat .heat-message")).to_contain_text("concat does not attend to patches")
    expect(page.locator("#heat .heat-caption")).to_contain_text(f"By {DEFAULT}, for “yellow”")
    expect(page.locator("#heat canvas")).to_be_visible()
    expect(page.get_by_role("button", name="Attention", exact=True)).to_be_disabled()
    page.locator("#heat .heat-others").get_by_role("button", name="cross-attention").click()
    expect(page.locator("#heat h2")).to_have_text("Where each word looked")


@browsed
def test_what_is_on_screen_is_saved_without_a_request(answered: Page) -> None:
    page, weights = answered, weights_of()
    page.locator("#faithful .faithful > .note").wait_for()  # the explanation comes by itself
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.locator("#heat .chip", has_text="color").click()
    page.locator("#heat .heat-layer").select_option("1")
    page.locator("#heat .heat-head").select_option("4")
    click_patch(page, 2, 3, weights.shape[-2:])
    name, saved = numbers(page)
    assert name == "fusion-lens-cross-attention-attention.json"
    assert saved["question"] == QUESTION
    (its,) = saved["maps"]
    told = {key: its[key] for key in ("strategy", "answer", "words", "word", "layer", "head", "grid")}
    assert told == {
        "strategy": "cross-attention",
        "answer": "yellow",
        "words": list(WORDS),
        "word": "color",
        "layer": 1,
        "head": 4,
        "grid": list(weights.shape[-2:]),
    }
    np.testing.assert_allclose(its["attention"], weights[1, 4, 2], rtol=2e-3, atol=1e-7)
    assert (its["patch"]["row"], its["patch"]["column"]) == (3, 4)
    np.testing.assert_allclose(its["patch"]["words"], weights[1, 4, 1:, 2, 3], rtol=2e-3, atol=1e-7)
    name, whole = picture(page)
    assert name == "fusion-lens-cross-attention-attention.png"
    with Image.open(CIRCLE) as original:
        factor = whole.width // original.width
        assert whole.size == (factor * original.width, factor * original.height)
        plain = np.asarray(original.convert("RGB").resize(whole.size, Image.Resampling.NEAREST)).astype(int)
    assert np.abs(np.asarray(whole) - plain).max() > 40
    page.locator("#heat .heat-opacity").fill("0")
    assert np.abs(np.asarray(picture(page)[1]) - plain).max() <= 1
    assert [url for url in sent if not url.startswith(("data:", "blob:"))] == []


@browsed
def test_two_pictures_are_saved_as_one(answered: Page) -> None:
    page = answered
    _, alone = picture(page)
    compare_with(page, "concat")
    name, both = picture(page)
    assert name == "fusion-lens-cross-attention-beside-concat-why.png"
    assert both.size == (2 * alone.width + 16, alone.height)


@browsed
def test_the_same_word_of_two_attentions_stands_side_by_side(
    answered: Page, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = answered
    folder: Path = save_all(tmp_path_factory.mktemp("models"))
    monkeypatch.setenv("FUSION_MODELS", str(folder))
    page.get_by_role("button", name="Task and encoders").click()
    page.get_by_role("checkbox", name="vilt").check()
    expect(page.locator("#all tbody")).to_contain_text("vilt")
    page.locator("#heat .chip", has_text="circle").click()
    compare_with(page, "vilt")
    expect(page.locator("#heat h2")).to_have_text("Where each word looked")
    other = views(page).nth(1).locator(".heat-caption")
    expect(other).to_contain_text("Of “circle”, most on")
    lens = fusion.load(task="easy-vqa")
    maps = lens.reply(CIRCLE, QUESTION, "concat", references="vilt").results[1].attention
    assert maps is not None
    weights = with_means(maps.weights)
    page.locator("#heat .heat-layer").select_option("2")
    click_patch(page, 0, 0, weights_of().shape[-2:])
    share = shares(weights[2, 0, 5:6, 0, 0])[0]
    expect(other).to_contain_text(f"Of “circle” on row 1, column 1: {share}")
    page.get_by_role("button", name="Why", exact=True).click()
    expect(other).to_contain_text("vilt cannot be explained")


@browsed
def test_what_the_other_attention_lacks_is_shown_by_its_mean(
    answered: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, whole = answered, answer_of("cross-attention").attention
    assert whole is not None
    maps = replace(whole, weights=whole.weights[:1, :2, :5], words=WORDS[:5])

    def fewer(answer: Answer, reply: Reply) -> dict[str, Any]:
        return side(replace(answer, attention=maps), reply)

    monkeypatch.setattr("fusion.ui.compare.side", fewer)
    compare_with(page, "concat")
    page.get_by_role("button", name="Attention", exact=True).click()
    page.locator("#heat .heat-layer").select_option("2")
    page.locator("#heat .heat-head").select_option("4")
    page.locator("#heat .chips .chip").last.click()
    expect(views(page).nth(0).locator(".heat-caption")).not_to_contain_text("It has no")
    other = views(page).nth(1).locator(".heat-caption")
    expect(other).to_contain_text("It has no layer 2 and no head 4 and no such word: the mean is shown.")
    _, saved = numbers(page)
    told = [(one["layer"], one["head"], one["word"]) for one in saved["maps"]]
    assert told == [(2, 4, "?"), ("mean", "mean", "mean")]
    mean = maps.weights.mean((0, 1, 2))
    np.testing.assert_allclose(saved["maps"][1]["attention"], mean, rtol=2e-3, atol=1e-7)


def test_an_explainer_that_cannot_explain_the_other_says_so() -> None:
    picture = clean_picture(CIRCLE)
    reply = fusion.load(task="easy-vqa").reply(picture, QUESTION, ("cross-attention", "concat"))
    visit = Visit(Session(picture=picture, reply=reply, models=("easy-vqa", None, None)))

    def other(strategy: str, explainer: str | None) -> Any:
        value = {"strategy": strategy, "explainer": explainer}
        return compared(EventData(None, {"value": value}), visit).get("other")

    assert "no attention to follow" in other("concat", "rollout")["failed"]
    assert other("cross-attention", "rollout")["relevance"]["explainer"] == "rollout"
    assert other("concat", None)["relevance"]["explainer"] == DEFAULT
    assert other("late", None) is None  # which has not answered


@browsed
@pytest.mark.parametrize("page", SIZES, ids=["320", "390", "720"], indirect=True)
def test_two_pictures_fit_a_narrow_screen(answered: Page) -> None:
    page = answered
    compare_with(page, "concat")
    page.get_by_role("button", name="Attention", exact=True).click()
    page.get_by_text("All layers and heads").click()
    click_patch(page, 1, 1, weights_of().shape[-2:])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
