"""What a visitor takes away of a photograph of their own, in a real browser."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

import fusion
from fusion import share
from fusion.paths import ASSETS
from fusion.ui.take import taking
from tests.ui.steps import ask, shown, upload

PHOTO = ASSETS / "photos" / "koala.jpg"  # no example
QUESTION = "What animal is this?"
pytestmark = pytest.mark.browser


def open_take(page: Page) -> None:
    page.locator("#take").get_by_role("button", name="Take it away").click()


def downloaded(page: Page, button: str, to: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    download.value.save_as(to)
    return to


def link_of(page: Page) -> str:
    page.get_by_role("button", name="Copy link").click()
    field = page.locator(".take-link input")
    expect(field).not_to_have_value("")
    return field.input_value()


@pytest.fixture
def asked(photo_page: Page) -> Page:
    """The page after a question about an uploaded photograph, which is explained."""
    page = photo_page
    upload(page, PHOTO)
    expect(page.locator("#picture img")).to_be_visible()
    expect(page.locator("#take")).to_be_hidden()
    ask(page, QUESTION)
    expect(page.locator("#answer .asked")).to_have_text(f"“{QUESTION}”")
    page.locator("#faithful .faithful > .note").wait_for()
    open_take(page)
    return page


def test_a_report_and_a_link_of_ones_own_photograph(
    asked: Page, browser: Browser, server: str, tmp_path: Path, left_over: Callable[[], list[Path]]
) -> None:
    page, answer = asked, shown(asked)
    report = downloaded(page, "Report (HTML)", tmp_path / "report.html")
    told = json.loads(downloaded(page, "Report (JSON)", tmp_path / "report.json").read_text(encoding="utf-8"))
    assert told["question"] == QUESTION and told["explanations"][0]["faithfulness"].keys() == {
        "image",
        "text",
    }
    expect(page.locator(".take-told")).to_contain_text("is in your downloads")

    offline = browser.new_context(offline=True, java_script_enabled=False)
    read = offline.new_page()
    sent: list[str] = []
    read.on("request", lambda request: sent.append(request.url))
    read.goto(report.as_uri())
    expect(read.locator(".answer")).to_contain_text(answer)
    expect(read.locator("tbody tr")).to_have_count(len(told["results"]) + 2)
    assert [url for url in sent if not url.startswith("data:")] == [report.as_uri()]
    assert report.stat().st_size < 2_000_000
    offline.close()

    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    link = link_of(page)
    expect(page.locator(".take-told")).to_have_text("The link is copied.")
    assert page.evaluate("navigator.clipboard.readText()") == link and len(link) < 45_000
    expect(page.locator(".take-holds")).to_contain_text("a small copy of your picture")
    assert left_over() == []

    context = browser.new_context()
    fresh = context.new_page()
    errors: list[str] = []
    fresh.on("pageerror", lambda error: errors.append(str(error)))
    fresh.goto(link)
    expect(fresh.locator("#answer .asked")).to_have_text(f"“{QUESTION}”")
    assert shown(fresh) == answer
    expect(fresh.locator("#question textarea")).to_have_value(QUESTION)
    expect(fresh.locator("#picture img")).to_be_visible()
    assert "#" not in fresh.url
    fresh.locator("#faithful .faithful > .note").wait_for()
    expect(fresh.locator("#answer .note")).to_contain_text("a small copy of the picture")
    fresh.locator("#question textarea").fill("Where is it?")  # and is not asked yet
    fresh.locator("header a[hreflang]").click()
    expect(fresh).to_have_url(f"{server}zh")
    expect(fresh.locator("#question textarea")).to_have_value("Where is it?")
    expect(fresh.locator("#answer .asked")).to_have_text(f"“{QUESTION}”")
    assert shown(fresh) == f"{answer} 考拉"
    assert fresh.evaluate("sessionStorage.length") == 0
    expect(fresh.locator("#answer .note")).to_contain_text("小副本")
    context.close()
    assert errors == []


def test_another_language_answers_about_the_picture_itself(
    photo_page: Page, server: str, tmp_path: Path
) -> None:
    page, large = photo_page, tmp_path / "large.png"
    Image.open(PHOTO).resize((1900, 1400)).effect_spread(9).save(large)
    upload(page, large)
    expect(page.locator("#picture img")).to_be_visible()
    ask(page, QUESTION)
    expect(page.locator("#answer .asked")).to_have_text(f"“{QUESTION}”")
    told = page.locator("#all tbody tr .number").all_inner_texts() + page.locator(".sure").all_inner_texts()
    page.locator("#faithful .faithful > .note").wait_for()
    page.locator("header a[hreflang]").click()
    expect(page).to_have_url(f"{server}zh")
    expect(page.locator("#answer .asked")).to_have_text(f"“{QUESTION}”")
    page.locator("#faithful .faithful > .note").wait_for()
    expect(page.locator("#answer .note")).to_have_count(0)
    again = page.locator("#all tbody tr .number").all_inner_texts() + page.locator(".sure").all_inner_texts()
    assert again == told and len(told) > 1


def test_a_link_brings_models_strategy_and_sliders(photo_page: Page, server: str) -> None:
    page = photo_page
    lens = fusion.load(task="easy-vqa")
    state = share.State(
        task="easy-vqa",
        image_encoder=lens.image_encoder,
        text_encoder=lens.text_encoder,
        strategy="weighted",
        question="what color is the circle?",
        asked=True,
        settings={"weighted": {"image_weight": 1.0}},
        example="examples/yellow-circle.png",
    )
    page.goto(f"{server}#s={share.encode(state)}")  # on a page that is open already
    expect(page.locator("#answer .by")).to_contain_text("weighted")
    expect(page.locator("#answer .by")).to_contain_text("set by hand")
    expect(page.locator("#answer .shares")).to_contain_text("picture 1.00 text 0.00")
    expect(page.locator("#strategy label.selected")).to_have_text("weighted")
    expect(page.locator(".settings input[type=range]")).to_have_value("1")
    expect(page.locator("#examples .example").first).to_contain_text("what color is the circle?")
    expect(page.locator("#answer .asked")).to_have_text("“what color is the circle?”")
    page.locator("#faithful .faithful > .note").wait_for()
    open_take(page)
    again = share.decode(link_of(page).split("#s=")[1])
    assert again == state
    for code, words in [("1.AAAA.", "damaged"), ("9.e30.", "another version")]:
        page.goto(f"{server}#s={code}")
        expect(page.locator(".alert").first).to_contain_text(words)
        expect(page.locator("#answer .by")).to_contain_text("weighted")


def test_a_link_that_cannot_be_followed_says_why_on_a_page_just_opened(browser: Browser, server: str) -> None:
    missing = share.State("scenes", "clip-vit-b-32", "clip-vit-b-32", "concat", QUESTION, asked=True)
    context = browser.new_context()
    for code, words in (
        ("99.x", "another version"),
        ("1.abc", "damaged"),
        (share.encode(missing), "weights"),
    ):
        page = context.new_page()
        page.goto(f"{server}#s={code}")
        page.locator("#card .bars").wait_for()
        expect(page.locator("#strategy input[value=concat]")).to_be_visible()
        page.wait_for_timeout(500)  # whatever the page fills in when it opens has come
        expect(page.locator(".alert").first).to_contain_text(words)
        page.close()
    context.close()


def test_code_is_shown_for_what_was_asked_and_copied(asked: Page) -> None:
    page = asked
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Code", exact=True).click()
    code = page.locator(".take-code pre")
    expect(code).to_contain_text(QUESTION)
    for name, words in [("curl", "/gradio_api/call/ask"), ("Python package", "import fusion")]:
        page.get_by_role("button", name=name).click()
        expect(code).to_contain_text(words)
    page.get_by_role("button", name="Copy code").click()
    expect(page.locator(".take-told")).to_have_text("The code is copied.")
    assert page.evaluate("navigator.clipboard.readText()") == code.inner_text()
    page.locator(".take-code summary").click()
    expect(page.locator(".take-endpoints dt")).to_have_text(
        ["/ask", "/compare", "/classify", "/explain", "/teach"]
    )


def test_a_report_can_be_stopped_and_its_failure_is_told(
    asked: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, going, made = asked, Event(), []
    steps = taking.steps

    def slow(*arguments: Any) -> Iterator[Any]:
        going.wait(20)
        yield from steps(*arguments)

    monkeypatch.setattr(taking, "steps", slow)
    monkeypatch.setattr(taking, "as_html", lambda report: made.append(report) or "")
    page.get_by_role("button", name="Report (HTML)").click()
    expect(page.locator(".take-working")).to_contain_text("measuring the explanation")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator(".take-told")).to_have_text("Stopped.")
    going.set()
    monkeypatch.setattr(taking, "_report", None)
    page.get_by_role("button", name="Report (JSON)").click()
    expect(page.locator(".take-told")).to_contain_text("Something went wrong")
    assert made == []
