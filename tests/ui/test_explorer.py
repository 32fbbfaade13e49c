"""The panel with the maps, in a real browser: its numbers are the lens' own, whatever a visitor chooses."""

import base64

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

import fusion
from fusion.explain.explanation import DEFAULT
from fusion.explain.heatmap import with_means
from fusion.ui.heat import side
from tests.ui.maps import (
    CIRCLE,
    QUESTION,
    WORDS,
    answer_of,
    chip_numbers,
    click_patch,
    compare_with,
    explained_by,
    numbers,
    picture,
    shares,
    views,
    weights_of,
)
from tests.ui.steps import ask, choose, drawn

browsed = pytest.mark.browser


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
