"""Reference models on the page and at the endpoint: asked where ticked, and told of where missing."""

import re
from pathlib import Path

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from playwright.sync_api import Browser, Page, expect

from fusion.answer import Answer, Reply
from fusion.paths import ASSETS
from fusion.references import REFERENCES
from fusion.ui.answer_view import answer_card
from fusion.ui.session import Session
from fusion.ui.strategy_view import strategy_card
from fusion.ui.table_view import strategy_table
from tests.tiny_references import ANSWERS, save_all
from tests.ui.steps import ask, drawn, shown, upload

CIRCLE = ASSETS / "examples" / "yellow-circle.png"
QUESTION = "what color is the circle?"
HINT = "This picture is unlike the pictures of the training."


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_all(tmp_path_factory.mktemp("models"))


@pytest.fixture
def models(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUSION_MODELS", str(saved))


@pytest.fixture
def no_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUSION_MODELS", str(tmp_path))


@pytest.fixture
def answered(page: Page) -> Page:
    """The page after a question about an uploaded circle, with the models to choose from in view."""
    upload(page, CIRCLE)
    ask(page, QUESTION)
    expect(page.locator("#answer .asked")).to_contain_text(QUESTION, timeout=20_000)  # the first is slow
    page.get_by_role("button", name="Task and encoders").click()
    return page


@pytest.mark.browser
@pytest.mark.usefixtures("models")
def test_a_ticked_model_answers_from_then_on_and_shows_its_map(answered: Page) -> None:
    page = answered
    strategies = page.locator("#all tbody tr").count()
    page.get_by_role("checkbox", name="vilt").click()
    row = page.locator("#all tr", has=page.get_by_role("button", name="vilt"))
    expect(row).to_contain_text("reference")
    expect(page.locator("#all tbody tr")).to_have_count(strategies + 1)
    assert shown(page) == "yellow"
    before = drawn(page)
    row.get_by_role("button").click()
    expect(page.locator("#answer .by")).to_have_text("vilt reference")
    expect(page.locator("#card h2")).to_contain_text("vilt")
    expect(page.locator("#card")).to_contain_text(REFERENCES["vilt"].source)
    expect(page.locator("#heat .heat-caption")).to_contain_text("of the attention")
    expect(page.locator("#heat .chip")).to_have_text(["all words", *"what color is the circle ?".split()])
    expect(page.locator("#heat .heat-layer option")).to_have_count(3)
    expect(page.locator("#heat canvas")).to_be_visible()
    assert shown(page) in ANSWERS and drawn(page) != before
    ask(page, "what shape is in the image?")
    expect(page.locator("#answer .asked")).to_contain_text("what shape")
    expect(page.locator("#answer .by")).to_have_text("vilt reference")
    page.get_by_role("checkbox", name="blip").check()
    expect(page.locator("#all tbody tr")).to_have_count(strategies + 2)
    page.locator("#all").get_by_role("button", name="blip").click()
    expect(page.locator("#heat .heat-message")).to_contain_text("blip does not attend to patches")
    page.get_by_role("checkbox", name="blip").uncheck()
    expect(page.locator("#all tbody tr")).to_have_count(strategies + 1)
    expect(page.locator("#strategy label.selected")).to_have_text("cross-attention")
    expect(page.locator("#answer .by")).to_contain_text("cross-attention")


@pytest.mark.browser
@pytest.mark.usefixtures("models")
def test_one_ticked_before_a_question_answers_it_where_it_can_and_from_a_link(
    page: Page, browser: Browser
) -> None:
    page.get_by_role("button", name="Task and encoders").click()
    page.get_by_role("checkbox", name="vilt").click()
    page.locator("#strategy label").get_by_text("vilt", exact=True).click()
    expect(page.locator("#card h2")).to_contain_text("vilt")
    ask(page, QUESTION)
    expect(page.locator("#answer .note").first).to_contain_text("text-only instead of vilt")
    expect(page.locator("#answer")).to_contain_text("vilt did not answer")
    upload(page, CIRCLE)
    expect(page.locator("#answer .by")).to_have_text("vilt reference", timeout=20_000)  # it may be loaded now
    page.get_by_label("Task", exact=True).click()
    page.get_by_role("option", name="scenes").click()
    expect(page.locator("#all tr.chosen button")).to_have_text("vilt")
    expect(page.locator("#strategy label.selected")).to_have_text("vilt")
    page.locator("#take").get_by_role("button", name="Take it away").click()
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".take-link input")).to_have_value(re.compile("#s="))
    opened = browser.new_page()
    opened.goto(page.locator(".take-link input").input_value())
    expect(opened.locator("#all tr.chosen button")).to_have_text("vilt", timeout=20_000)
    opened.get_by_role("button", name="Task and encoders").click()
    expect(opened.locator("#references").get_by_label("vilt")).to_be_checked()
    opened.close()


@pytest.mark.browser
@pytest.mark.usefixtures("no_models")
def test_one_whose_weights_are_missing_is_told_of_and_unticked(answered: Page) -> None:
    page = answered
    rows = page.locator("#all tbody tr").count()
    page.get_by_role("checkbox", name="vilt").click()
    expect(page.locator("#offer")).to_contain_text("vilt is not on this machine")
    expect(page.locator("#offer")).to_contain_text("471 MB")
    expect(page.get_by_role("checkbox", name="vilt")).not_to_be_checked()
    ask(page, "what shape is in the image?")
    expect(page.locator("#answer .asked")).to_contain_text("what shape")
    expect(page.locator("#all tbody tr")).to_have_count(rows)
    expect(page.locator(".alert")).to_be_empty()
    page.get_by_role("button", name="Not now").click()
    expect(page.locator("#offer")).to_be_hidden()


@pytest.mark.browser
@pytest.mark.usefixtures("no_models")
def test_one_that_has_arrived_answers(answered: Page, saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = answered
    page.get_by_role("checkbox", name="vilt").click()
    expect(page.locator("#offer")).to_contain_text("vilt is not on this machine")
    monkeypatch.setenv("FUSION_MODELS", str(saved))  # nothing is left to download
    page.get_by_role("button", name="Download (471 MB)").click()
    expect(page.locator("#all").get_by_role("button", name="vilt")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("checkbox", name="vilt")).to_be_checked()
    expect(page.locator("#offer")).to_be_hidden()


@pytest.mark.browser
@pytest.mark.usefixtures("models")
def test_compare_asks_those_that_are_named(client: Client) -> None:
    reply = client.predict(handle_file(str(CIRCLE)), QUESTION, "vilt, blip", api_name="/compare")
    assert [result["strategy"] for result in reply["results"]][-2:] == ["vilt", "blip"]
    with pytest.raises(AppError, match="There is no reference model named 'sorcery'"):
        client.predict(handle_file(str(CIRCLE)), QUESTION, "sorcery", api_name="/compare")


def test_its_row_and_its_cards_say_what_it_is() -> None:
    answers = [Answer(name, (("red", 0.9), ("blue", 0.1)), 1.0, 100) for name in ("text-only", "vilt")]
    reply = Reply(
        QUESTION, "easy-vqa", "efficientnet-lite0", "minilm", "cpu", "both", tuple(answers), (HINT,)
    )
    strategy, vilt = reply.results
    assert Session(reply=reply).shown("vilt") is vilt
    table = strategy_table(reply, vilt, set())
    assert table.count("reference</span>") == 1 and table.count("baseline</span>") == 1
    assert HINT in answer_card(strategy, reply, "text-only", False)
    assert HINT not in answer_card(vilt, reply, "vilt", False)  # it was not trained on those


@pytest.mark.parametrize("name", REFERENCES.names())
def test_every_reference_model_has_a_card(name: str) -> None:
    evaluation = {"results": [], "priors": {}, "split": "test", "n": 1}
    card = strategy_card(name, evaluation)
    record = REFERENCES[name]
    for part in (name, record.confidence, record.source, record.weights.size, record.weights.licence):
        assert part in card
    assert "Accuracy" not in card
