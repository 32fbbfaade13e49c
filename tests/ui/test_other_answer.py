"""Two answers side by side, in a real browser: each by its own numbers."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

import fusion
from fusion.answer import Answer, Reply
from fusion.explain.explanation import DEFAULT
from fusion.explain.heatmap import with_means
from fusion.inputs import clean_picture
from fusion.ui.heat import side
from fusion.ui.other_answer import compared
from fusion.ui.session import Session, Visit
from fusion.ui.told import Told
from tests.tiny_references import save_all
from tests.ui.maps import (
    CIRCLE,
    QUESTION,
    WORDS,
    answer_of,
    click_patch,
    compare_with,
    explained_by,
    numbers,
    picture,
    shares,
    views,
    weights_of,
)
from tests.ui.steps import SIZES, choose

browsed = pytest.mark.browser


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

    monkeypatch.setattr("fusion.ui.other_answer.side", fewer)
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
        return compared(Told(None, {"value": value}), visit).get("other")

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
