"""A study on the page, in a real browser: under way, found, looked into, tried, taken away, and gone."""

import os
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import gradio as gr
import pytest
from playwright.sync_api import Browser, Page, expect

import fusion
from fusion.own.workspace import PREFIX
from fusion.paths import ASSETS
from fusion.recipe import Recipe
from fusion.study import study
from fusion.tasks import TASKS, TaskRecord
from fusion.ui.launch import launch
from fusion.ui.study import add_seeds, add_study, visit, wire_study
from tests.few_drawings import few_drawings
from tests.ui.steps import SIZES

pytestmark = pytest.mark.browser
STRATEGIES = ("image-only", "text-only", "weighted", "cross-attention")
TEST = 30


class Brought:
    """What a visitor would have brought."""

    def task(self) -> TaskRecord:
        return TASKS[few_drawings("brought", 60, TEST)]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A page with nothing but a study, which fits four strategies for an epoch."""
    with pytest.MonkeyPatch.context() as patch:
        quick = partial(study, recipe=Recipe(epochs=1, batch=16), strategies=STRATEGIES)
        patch.setattr(visit, "study", quick)
        with gr.Blocks(analytics_enabled=False) as page:
            state = gr.State(None)
            bring, leave = gr.Button("Bring"), gr.Button("Bring nothing")
            run = gr.Button("Run")
            wire_study(add_study(add_seeds()), state, run)
            bring.click(Brought, None, state)
            leave.click(lambda: None, None, state)
        options = {
            "server_name": "127.0.0.1",
            "server_port": None,
            "prevent_thread_lock": True,
            "quiet": True,
        }
        _, url, _ = launch(page, **options)
        yield url
        page.close()


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Page]:
    """The page with something brought; nothing may be complained of in its console."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    console: list[str] = []
    page.on("console", lambda message: console.append(message.text))
    page.on("pageerror", lambda error: console.append(str(error)))
    page.goto(address)
    page.get_by_role("button", name="Bring", exact=True).click()
    expect(page.locator("#study-seeds")).to_be_visible()
    yield page
    context.close()
    assert console == []


@pytest.fixture(scope="module")
def finished(browser: Browser, address: str) -> Iterator[Page]:
    """The page once a study is through."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce").new_page()
    page.goto(address)
    page.get_by_role("button", name="Bring", exact=True).click()
    page.locator("#study-seeds label").get_by_text("1: quick").click()
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".under-study [role=progressbar]")).to_be_visible()
    expect(page.get_by_role("button", name="Run")).to_be_disabled()
    expect(page.locator("#study-board .board")).to_be_visible(timeout=120_000)
    yield page
    page.context.close()


def rows(page: Page) -> list[str]:
    return page.locator("#study-board tbody button").all_inner_texts()


def test_every_strategy_stands_beside_baselines_and_the_prior(finished: Page) -> None:
    page = finished
    assert set(rows(page)) == set(STRATEGIES)
    for name in ("image-only", "text-only"):
        expect(page.locator("#study-board tr", has=page.get_by_role("button", name=name))).to_contain_text(
            "baseline"
        )
    for name in ("logistic regression", "concat MLP", "low-rank fusion", "always “"):
        expect(page.locator("#study-board tbody th", has_text=name)).to_have_count(1)
    assert len(page.locator("#study-board .advice").inner_text()) > 40
    expect(page.locator("#study-board")).to_contain_text("There are only 30 test rows")
    advised = "Nothing here is clearly better" not in page.locator("#study-board .advice").inner_text()
    expect(page.locator("#study-board .tag.good")).to_have_count(int(advised))
    expect(page.locator("#study-panel .panel")).to_have_count(0)
    expect(page.locator("#study-stop")).to_be_hidden()
    expect(page.get_by_role("button", name="Run")).to_be_enabled()


def test_another_strategys_errors_are_shown_by_keyboard(finished: Page) -> None:
    page = finished
    for name in ("image-only", "weighted"):
        page.locator("#study-board").get_by_role("button", name=name).focus()
        page.keyboard.press("Enter")
        expect(page.locator("#study-confusion h2")).to_have_text(f"What {name} takes for what")
        expect(page.locator("#study-board tr.chosen button")).to_have_text(name)
        expect(page.locator("#study-gallery .fine")).to_contain_text(f"By {name}")
        counted = page.locator("#study-confusion td:not(:empty)").all_inner_texts()
        assert sum(int(cell) for cell in counted if cell != "·") <= TEST


def test_a_mistake_shows_its_picture_its_answer_and_its_map(finished: Page) -> None:
    page = finished
    page.locator("#study-board").get_by_role("button", name="weighted").click()
    expect(page.locator("#study-gallery .fine")).to_contain_text("By weighted")
    first = page.locator("#study-gallery .mistake").first
    truth = first.locator(".truth").inner_text().removeprefix("right: ")
    asked = first.locator(".asked").inner_text()
    first.click()
    card = page.locator("#study-mistake .looked-at")
    expect(card.locator("h2")).to_contain_text(f"instead of “{truth}”")
    expect(card.locator(".asked")).to_have_text(asked)
    expect(card.locator(".spoken li").first).to_be_visible()
    expect(card.locator("figure img")).to_have_count(2)
    for image in card.locator("figure img").all():
        assert image.evaluate("image => image.naturalWidth") > 0
    expect(page.locator("#study-gallery .mistake").first).to_have_attribute("aria-pressed", "true")


def test_it_is_tried_at_once(finished: Page) -> None:
    page = finished
    page.locator("#study-picture input[type=file]").set_input_files(ASSETS / "examples" / "red-triangle.png")
    expect(page.locator("#study-picture img")).to_be_visible()
    page.locator("#study-question textarea").fill("what color is the triangle?")
    page.locator("#study-ask").click()
    expect(page.locator("#study-tried tbody tr")).to_have_count(len(STRATEGIES))
    page.locator("#study-tried").get_by_role("button", name="text-only").click()
    expect(page.locator("#study-tried .by")).to_contain_text("text-only")
    expect(page.locator("#study-board tr.chosen button")).to_have_text("text-only")


def test_the_chosen_strategy_is_taken_away_as_one_file(finished: Page, tmp_path: Path) -> None:
    page = finished
    page.locator("#study-board").get_by_role("button", name="weighted").click()
    expect(page.locator("#study-take")).to_contain_text("weighted")
    with page.expect_download() as download:
        page.locator("#study-take").click()
    assert download.value.suggested_filename == "brought-weighted.safetensors"
    download.value.save_as(tmp_path / "fitted.safetensors")
    lens = fusion.load(tmp_path / "fitted.safetensors")
    assert lens.strategies == ("weighted",)
    assert lens.classify(ASSETS / "examples" / "red-triangle.png", "what color is it?")["results"]


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_wider_than_the_screen(finished: Page, size: tuple[int, int]) -> None:
    finished.set_viewport_size({"width": size[0], "height": size[1]})
    finished.wait_for_timeout(200)
    assert finished.evaluate("document.documentElement.scrollWidth") <= size[0]
    finished.set_viewport_size({"width": 1440, "height": 900})


def test_it_can_be_stopped_and_leaves_nothing(opened: Page) -> None:
    page = opened
    page.locator("#study-seeds label").get_by_text("5: surer").click()
    page.get_by_role("button", name="Run").click()
    page.locator("#study-stop").click()
    expect(page.locator("#study-panel .note")).to_have_text(
        "Stopped, as you asked; nothing was left half done."
    )
    expect(page.locator("#study-seeds")).to_be_visible()
    expect(page.get_by_role("button", name="Run")).to_be_enabled()


def test_what_is_brought_next_ends_and_deletes_what_was_before(opened: Page) -> None:
    page = opened
    before = folders()
    page.locator("#study-seeds label").get_by_text("5: surer").click()
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".under-study")).to_be_visible()
    assert len(folders() - before) == 1
    page.get_by_role("button", name="Bring nothing").click()
    expect(page.locator(".under-study")).to_have_count(0)
    expect(page.locator("#study-seeds")).to_be_hidden()
    for _ in range(300):
        if folders() <= before:
            break
        time.sleep(0.1)
    assert folders() <= before


def folders() -> set[Path]:
    """What studies have on disk."""
    return set(Path(tempfile.gettempdir()).glob(f"{PREFIX}{os.getpid()}-*"))
