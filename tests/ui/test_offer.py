"""What is missing is offered: weights to download from a hub on this machine, a pair to fit, in a browser."""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from huggingface_hub import constants
from playwright.sync_api import Browser, Page, expect

from fusion.encoders import ENCODERS
from fusion.encoders.word_embedding import WordEmbedding
from fusion.errors import MissingWeights
from fusion.lens import Lens
from fusion.paths import ASSETS
from fusion.spaces import SPACES
from fusion.strategies import STRATEGIES
from fusion.tasks import TASKS
from fusion.ui.jobs import JOBS
from tests.hub import Hub, served, tell_library
from tests.ui.conftest import opened_page
from tests.ui.steps import SIZES, ask, upload

CIRCLE = ASSETS / "examples" / "yellow-circle.png"
WORDS = "words-from-a-hub"
ALIKE = "minilm-alike"
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    with served(Hub({"config.json": b"{}", "model.safetensors": os.urandom(400_000)})) as hub:
        yield hub


@pytest.fixture(scope="module")
def own_server(hub: Hub, small_task: str) -> Iterator[str]:
    """The app with two more text encoders: one whose weights the hub has, one that shares a space."""
    from fusion.ui import build, launch

    weights = replace(hub.weights(WORDS, "org/words"), megabytes=605)
    TASKS["scenes"].examples("train")  # what an offer counts takes seconds the first time

    def load() -> WordEmbedding:
        weights.folder()
        return WordEmbedding()

    with pytest.MonkeyPatch.context() as patch:
        record = replace(ENCODERS["word-embedding"], name=WORDS, weights=weights, build=load)
        patch.setitem(ENCODERS._records, WORDS, record)
        patch.setitem(ENCODERS._records, ALIKE, replace(ENCODERS["minilm"], name=ALIKE))
        space = replace(next(iter(SPACES)), name=ALIKE, text_encoder=ALIKE)
        patch.setitem(SPACES._records, ALIKE, space)
        page = build()
        _, url, _ = launch(page, server_name="127.0.0.1", prevent_thread_lock=True, quiet=True)
        yield url
        page.close()


@pytest.fixture(params=[(1440, 900)], ids=["wide"])
def page(
    request: pytest.FixtureRequest,
    browser: Browser,
    own_server: str,
    hub: Hub,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Page]:
    """The page with nothing downloaded and nothing fitted, its drop-downs open."""
    tell_library(monkeypatch, hub.address, tmp_path / "hub")
    monkeypatch.setenv("FUSION_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(hub, "status", 200)
    with opened_page(browser, own_server, request.param) as page:
        page.get_by_role("button", name="Task and encoders").click()
        yield page
    hub.go_on.set()
    while (job := JOBS._last) is not None and not job.over:
        job.stop()
        time.sleep(0.05)


def pick(page: Page, label: str, name: str) -> None:
    page.get_by_label(label, exact=True).click()
    page.get_by_role("option", name=name, exact=True).click()


def test_weights_are_downloaded_then_a_pair_is_fitted_then_it_answers(
    page: Page, small_task: str, hub: Hub, tmp_path: Path
) -> None:
    panel = page.locator("#offer")
    expect(panel).to_be_hidden()
    pick(page, "Task", small_task)
    expect(panel).to_contain_text("nothing fitted for this task yet")
    pick(page, "Text encoder", WORDS)
    expect(panel).to_contain_text(f"{WORDS} is not on this machine")
    for told in ("605 MB", "Apache-2.0", "01234567", "org/words"):
        expect(panel).to_contain_text(told)
    expect(page.get_by_label("Task", exact=True)).to_have_value(small_task)
    expect(page.locator(".alert")).to_be_empty()
    ask(page, "what is this?")  # by the last models that there are
    expect(page.locator("#answer .by")).to_contain_text("text alone")
    hub.go_on.clear()
    page.get_by_role("button", name="Download (605 MB)").click()
    expect(panel.get_by_role("progressbar")).to_be_visible()
    expect(panel).to_contain_text("of 0 MB")
    page.locator("#examples .example").first.click()  # goes on meanwhile
    expect(page.locator("#answer h2 b")).to_have_text("parrot")
    expect(panel.get_by_role("progressbar")).to_be_visible()
    hub.go_on.set()
    expect(panel).to_contain_text("nothing fitted for this task yet")
    expect(panel).to_contain_text(f"efficientnet-lite0-levels with {WORDS}, for {small_task}")
    expect(panel).to_contain_text(f"{len(STRATEGIES)} strategies")
    page.get_by_role("button", name="Fit here").click()
    expect(panel.get_by_role("progressbar")).to_be_visible()
    expect(panel).to_be_hidden(timeout=120_000)
    expect(page.get_by_label("Text encoder")).to_have_value(WORDS)
    fitted = tmp_path / "cache" / "checkpoints" / small_task / f"efficientnet-lite0-levels+{WORDS}"
    assert {file.stem for file in fitted.glob("*.safetensors")} == {*STRATEGIES.names(), "domain"}
    ask(page, "what color is the shape?")
    expect(page.locator("#all tbody tr")).to_have_count(len(STRATEGIES))
    expect(page.locator("#answer .asked")).to_contain_text("what color is the shape?")


def test_a_download_is_stopped_and_goes_through_later(page: Page, hub: Hub, tmp_path: Path) -> None:
    panel = page.locator("#offer")
    pick(page, "Text encoder", WORDS)
    hub.go_on.clear()
    page.get_by_role("button", name="Download").click()
    page.get_by_role("button", name="Stop").click()
    expect(panel).to_contain_text("Stopped, as you asked")
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    assert not [*(tmp_path / "hub").rglob("*.incomplete")]
    hub.go_on.set()
    page.get_by_role("button", name="Download").click()
    expect(panel).to_contain_text("nothing fitted")


@pytest.mark.parametrize("fault", ["offline", "refused"])
def test_what_failed_is_told_and_the_page_goes_on(
    page: Page, hub: Hub, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    panel = page.locator("#offer")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", fault == "offline")
    monkeypatch.setattr(hub, "status", 403)
    pick(page, "Text encoder", WORDS)
    page.get_by_role("button", name="Download").click()
    expect(panel.get_by_role("alert")).to_contain_text("HF_HUB_OFFLINE" if fault == "offline" else "account")
    page.locator("#examples .example").first.click()
    expect(page.locator("#answer h2 b")).to_have_text("parrot")
    pick(page, "Text encoder", "minilm")
    expect(panel).to_be_hidden()
    expect(page.locator("#answer h2 b")).to_have_text("parrot")


def test_who_comes_later_joins_the_job(page: Page, hub: Hub, browser: Browser, own_server: str) -> None:
    pick(page, "Text encoder", WORDS)
    hub.go_on.clear()
    page.get_by_role("button", name="Download").click()
    expect(page.locator("#offer").get_by_role("progressbar")).to_be_visible()
    with opened_page(browser, own_server, (1440, 900)) as other:
        other.get_by_role("button", name="Task and encoders").click()
        pick(other, "Text encoder", WORDS)
        expect(other.locator("#offer").get_by_role("progressbar")).to_be_visible()
        pick(other, "Text encoder", ALIKE)
        expect(other.locator("#offer")).to_contain_text("nothing fitted")
        other.get_by_role("button", name="Fit here").click()
        expect(other.locator("#offer")).to_contain_text("This server is busy")
        pick(other, "Text encoder", WORDS)
        hub.go_on.set()
        for one in (page, other):
            expect(one.locator("#offer")).to_contain_text(f"with {WORDS}, for scenes")


def test_a_pair_with_a_space_answers_typed_labels_unfitted(page: Page) -> None:
    pick(page, "Text encoder", ALIKE)
    expect(page.locator("#offer")).to_contain_text("nothing fitted")
    upload(page, ASSETS / "photos" / "macaw.jpg")
    expect(page.locator("#picture img")).to_be_visible()
    page.get_by_role("button", name="Your own labels").click()
    page.locator("#labels textarea, #labels input").first.fill("a parrot, a train")
    page.locator("#classify").click()
    expect(page.locator("#typed li .name").first).to_have_text("a parrot", timeout=90_000)


def test_whatever_else_lacks_weights_has_them_offered_too(
    page: Page, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lack(*_: object, **__: object) -> None:
        raise MissingWeights("Its weights are missing.", WORDS)

    with monkeypatch.context() as patch:
        patch.setattr(Lens, "reply", lack)
        ask(page, "what is this?")
        expect(page.locator(".alert")).to_have_text("Its weights are missing.")
    page.get_by_role("button", name="Download (605 MB)").click()
    expect(page.locator("#offer")).to_be_hidden()
    assert hub.asked[-1] == "GET model.safetensors"
    ask(page, "what is this?")
    expect(page.locator("#answer .by")).to_contain_text("text alone")
    expect(page.locator(".alert")).to_be_empty()


def test_a_server_whose_owner_wants_no_jobs_only_tells(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUSION_JOBS", "off")
    pick(page, "Text encoder", WORDS)
    expect(page.locator("#offer")).to_contain_text(f"python -m fusion download {WORDS}")
    expect(page.locator("#offer-go")).to_have_count(0)


@pytest.mark.parametrize("page", SIZES, ids=["320", "390", "720"], indirect=True)
def test_the_panel_fits_a_narrow_screen(page: Page, hub: Hub) -> None:
    def fits() -> bool:
        return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

    pick(page, "Text encoder", ALIKE)
    expect(page.locator("#offer")).to_contain_text("nothing fitted")
    assert fits()
    pick(page, "Text encoder", WORDS)
    expect(page.locator("#offer")).to_contain_text("not on this machine")
    assert fits()
    hub.go_on.clear()
    page.get_by_role("button", name="Download").click()
    expect(page.locator("#offer").get_by_role("progressbar")).to_be_visible()
    assert fits()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#offer")).to_contain_text("Stopped")
    hub.go_on.set()
    assert fits()
