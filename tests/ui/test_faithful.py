"""Whether an explanation can be trusted, live: after the answer, of the newest answer, in nobody's way."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

import fusion
from fusion.explain.check import Check
from fusion.explain.explanation import DEFAULT, RAW, Explaining, Explanation, explainers_of
from fusion.inputs import clean_picture
from fusion.paths import ASSETS
from fusion.ui.explained import Explained
from fusion.ui.failures import UNEXPECTED
from fusion.ui.faithful import Checking
from fusion.ui.session import Session, Visit, asked
from tests.ui.steps import SIZES, ask, choose, run, shown, upload

CIRCLE = ASSETS / "examples" / "yellow-circle.png"
TRIANGLE = ASSETS / "examples" / "red-triangle.png"
QUESTION = "what color is the circle?"
MODELS = ("easy-vqa", None, None)


def visit(path: Path = CIRCLE, question: str = QUESTION) -> Visit:
    """Somebody who has asked."""
    session = Session(picture=clean_picture(path), models=MODELS)
    return Visit(asked(session, MODELS, question))


def followed(checking: Checking, visitor: Visit, strategy: str) -> list[tuple[Any, Any, Any]]:
    """All that the page is sent after an answer."""

    async def all_of_it() -> list[tuple[Any, Any, Any]]:
        return [shown async for shown in checking.check(visitor, strategy)]

    return run(all_of_it())


def test_the_map_is_sent_before_its_checks() -> None:
    sent = followed(Checking(), visit(), "concat")
    first, *panels = [panel for _, panel, _ in sent[1:-1]]
    assert "Checking…" in first and "<svg" not in first
    assert ["Checking…" in panel for panel in panels] == [True, True, False]
    assert [panel.count('role="img"') for panel in panels] == [0, 2, 4]
    lens = fusion.load(task="easy-vqa")
    expected = lens.explain(CIRCLE, QUESTION, "concat")
    maps = [heat["relevance"] for _, _, heat in sent[1:-1]]
    assert maps[0] is None
    for found in maps[1:]:
        assert {name: found[name] for name in ("strategy", "explainer", "words")} == {
            "strategy": "concat",
            "explainer": DEFAULT,
            "words": expected["text"]["words"],
        }
        assert [found["rows"], found["columns"]] == expected["image"]["grid"]
        np.testing.assert_allclose(found["image"], np.ravel(expected["image"]["relevance"]), atol=1e-5)
        np.testing.assert_allclose(found["text"], expected["text"]["relevance"], atol=1e-5)
    for line in expected["sentences"]:
        assert line in panels[-1]


def test_what_was_explained_is_remembered_until_something_else_is_asked() -> None:
    checking, visitor = Checking(), visit()
    followed(checking, visitor, "concat")
    assert len(followed(checking, visitor, "concat")) == 3  # nothing, the remembered, nothing
    assert len(visitor.explained.known) == 1
    visitor.session = visit(TRIANGLE).session
    assert len(followed(checking, visitor, "concat")) > 3
    assert len(visitor.explained.known) == 1
    visitor.session = Session(models=MODELS)
    assert followed(checking, visitor, "concat")[1][1] == ""
    memory = visitor.explained
    assert (memory.about, memory.known, memory.strike) == (None, {}, None)


def test_the_next_strategy_encodes_no_struck_text_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    checking, visitor = Checking(), visit()
    followed(checking, visitor, "concat")
    encoder = fusion.encoders.load_encoder("minilm")
    monkeypatch.setattr(type(encoder), "encode", lambda *_: pytest.fail("encoded again"))
    assert "Checking…" not in followed(checking, visitor, "gated")[-2][1]


def test_an_answer_that_came_meanwhile_has_the_old_one_thrown_away() -> None:
    async def both() -> list[str]:
        checking, visitor, panels = Checking(), visit(), []

        async def take(strategy: str) -> None:
            async for _, panel, _ in checking.check(visitor, strategy):
                panels.append(str(panel))

        old = asyncio.create_task(take("bottleneck"))
        while not panels[1:]:
            await asyncio.sleep(0.01)
        await asyncio.gather(old, take("concat"))
        assert [key[0] for key in visitor.explained.known] == ["concat"]
        return panels

    panels = run(both())
    began = next(i for i, panel in enumerate(panels) if "concat" in panel)
    assert not any("bottleneck" in panel for panel in panels[began:])


def test_nothing_is_checked_where_there_is_nothing() -> None:
    session = Session(models=MODELS)
    alone = Visit(asked(session, MODELS, QUESTION))
    dropdown, panel, heat = followed(Checking(), alone, "concat")[1]
    assert "Only a text was given: an explanation needs a picture and a text." in panel
    assert dropdown["visible"] is False and heat["relevance"] is None


def test_an_explainer_that_cannot_explain_gives_way_and_comes_back() -> None:
    checking, visitor = Checking(), visit()
    visitor.explained = Explained(explainer=RAW)
    lens = fusion.load(task="easy-vqa")
    for strategy, explainer in (("shared", RAW), ("concat", DEFAULT), ("shared", RAW)):
        dropdown, _, _ = followed(checking, visitor, strategy)[1]
        assert dropdown["value"] == explainer
        assert dropdown["choices"] == list(explainers_of(lens.model(strategy)[0]))


@pytest.fixture
def go_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """No explanation is checked until this is set."""
    check, event = Explaining.check, Event()

    def wait(answered: Explaining, explanation: Explanation, modality: str) -> Check:
        event.wait(30)
        return check(answered, explanation, modality)

    monkeypatch.setattr(Explaining, "check", wait)
    yield event
    event.set()


def checked(page: Page, strategy: str, explainer: str = DEFAULT) -> None:
    """The panel tells of this strategy, explained by that."""
    told = page.locator("#faithful .faithful .fine")
    expect(told).to_contain_text(f"{strategy} answers")
    expect(told).to_contain_text(f"explained by {explainer}.")
    expect(page.locator("#faithful svg[role=img]")).to_have_count(4)


@pytest.mark.browser
def test_the_answer_is_there_while_its_explanation_is_checked(page: Page, go_on: Event) -> None:
    expect(page.locator("#faithful")).to_be_hidden()
    upload(page, CIRCLE)
    ask(page, QUESTION)
    expect(page.locator("#answer h2 b")).to_have_text("yellow")
    expect(page.locator("#faithful .checking")).to_contain_text("cross-attention: taking patches away")
    ask(page, "what shape is in the image?")  # and nobody has to wait for the check
    expect(page.locator("#answer h2 b")).to_have_text("circle")
    choose(page, "concat")
    expect(page.locator("#answer .by")).to_contain_text("concat")
    expect(page.locator("#faithful .checking")).to_contain_text("concat")
    go_on.set()
    checked(page, "concat")
    page.wait_for_timeout(500)
    checked(page, "concat")  # what was begun for the others is not shown
    expect(page.locator("#faithful .note")).to_have_count(1)
    assert shown(page) == "circle"


@pytest.mark.browser
def test_strategies_and_explainers_are_switched(page: Page) -> None:
    page.locator("#examples .example").first.click()
    checked(page, "cross-attention")
    expect(page.locator("#faithful .faithful-legend")).to_contain_text("raw attention")
    page.get_by_label("Explainer").click()
    page.get_by_role("option", name="rollout").click()
    checked(page, "cross-attention", "rollout")
    expect(page.locator("#explainer")).to_contain_text("Attention followed through all layers.")
    choose(page, "concat")
    checked(page, "concat")
    expect(page.get_by_label("Explainer")).to_have_value(DEFAULT)
    expect(page.locator("#faithful .faithful-legend")).not_to_contain_text("raw attention")
    page.get_by_label("Explainer").click()
    expect(page.get_by_role("option", name="grad-cam")).to_be_visible()
    expect(page.get_by_role("option", name="rollout")).to_have_count(0)
    page.keyboard.press("Escape")
    choose(page, "cross-attention")
    checked(page, "cross-attention", "rollout")


@pytest.mark.browser
def test_one_input_alone_has_nothing_to_check(page: Page) -> None:
    ask(page, "is there a circle?")
    expect(page.locator("#faithful .note")).to_contain_text("Only a text was given")
    expect(page.get_by_label("Explainer")).to_have_count(0)
    upload(page, CIRCLE)
    checked(page, "cross-attention")
    page.get_by_label("Remove Image").click()
    expect(page.locator("#faithful")).to_be_hidden()


@pytest.mark.browser
def test_a_check_that_fails_is_one_sentence(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("someone's secret")

    with monkeypatch.context() as broken:
        broken.setattr(Explaining, "check", fail)
        page.locator("#examples .example").first.click()
        expect(page.locator("#faithful .note")).to_have_text(UNEXPECTED)
        assert shown(page) == "yellow"
    choose(page, "concat")
    checked(page, "concat")


@pytest.mark.browser
def test_an_explainer_that_fails_is_told_in_the_place_of_its_map(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("someone's secret")

    page.locator("#examples .example").first.click()
    checked(page, "cross-attention")
    with monkeypatch.context() as broken:
        broken.setattr(Explaining, "by", fail)
        choose(page, "concat")
        expect(page.locator("#faithful .note")).to_have_text(UNEXPECTED)
        expect(page.locator("#heat")).to_contain_text(UNEXPECTED)
    choose(page, "gated")
    checked(page, "gated")
    expect(page.locator("#heat")).not_to_contain_text(UNEXPECTED)


@pytest.mark.browser
@pytest.mark.parametrize("page", SIZES, ids=["320", "390", "720"], indirect=True)
def test_a_narrow_screen_never_scrolls_sideways(page: Page) -> None:
    page.locator("#examples .example").first.click()
    checked(page, "cross-attention")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    width = page.viewport_size["width"] if page.viewport_size else 0
    for plot in page.locator("#faithful svg[role=img]").all():
        box = plot.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width
        assert "Probability of “yellow”" in (plot.get_attribute("aria-label") or "")
