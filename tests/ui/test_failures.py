"""What goes wrong on the page is told in a sentence, and all else stays."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import fusion
from fusion.errors import UserError
from fusion.inputs import MAX_BYTES
from fusion.lens import Lens
from fusion.paths import ASSETS
from fusion.ui.failures import UNEXPECTED
from tests.ui.steps import ask, shown, upload

pytestmark = pytest.mark.browser
EXAMPLES = ASSETS / "examples"
CIRCLE = EXAMPLES / "yellow-circle.png"
PHOTO = EXAMPLES / "clownfish.jpg"


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
