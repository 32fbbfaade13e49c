"""The tab Batch in a real browser: a table in, a table out, and nothing left behind."""

import csv
import gc
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from fusion.own.workspace import PREFIX
from fusion.paths import ASSETS
from fusion.ui.batch import visit
from tests.ui.steps import go_to

pytestmark = pytest.mark.browser


def workspaces() -> set[Path]:
    return set(Path(gettempdir()).glob(f"{PREFIX}{os.getpid()}-*"))


def gone(before: set[Path]) -> bool:
    """Whether, after ample time, no workspace is there that was not there before."""
    for _ in range(200):
        gc.collect()
        if workspaces() <= before:
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def questions(tmp_path: Path) -> list[Path]:
    """A table and its pictures."""
    with Image.open(ASSETS / "photos" / "macaw.jpg") as picture:
        picture.resize((320, 240)).save(tmp_path / "bird.jpg")
    rows = [("picture", "question", "note"), ("bird.jpg", "What bird is this?", "=1+1")]
    rows += [("gone.png", "What is it?", "<b>x</b>"), ("", "What colour is the sky?", "")]
    with (tmp_path / "questions.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return [tmp_path / "bird.jpg", tmp_path / "questions.csv"]


def test_a_table_is_answered_saved_and_forgotten(
    photo_page: Page,
    questions: list[Path],
    monkeypatch: pytest.MonkeyPatch,
    left_over: Callable[[], list[Path]],
) -> None:
    page, before = photo_page, workspaces()
    go_to(page, "Batch")
    panel = page.locator("#batch-panel")
    expect(panel.locator(".empty")).to_be_visible()
    page.locator("#batch-files input[type=file]").set_input_files(questions[0])
    expect(panel.get_by_role("alert")).to_contain_text("There is no table of questions among the files")
    page.locator("#batch-files input[type=file]").set_input_files(questions)
    expect(panel.locator(".figures dd").first).to_have_text("3")
    assert panel.locator(".figures dd").all_inner_texts() == ["3", "1", "3", "1"]
    expect(panel).to_contain_text("Also there, and kept: note.")
    expect(panel.locator("tbody tr").nth(1)).to_contain_text("not there")

    go_on, answer = threading.Event(), visit.answer_each

    def slow(*given: Any) -> Any:
        while not go_on.wait(0.05):
            given[-1]("answering", 1, 4)
        return answer(*given)

    monkeypatch.setattr(visit, "answer_each", slow)
    run = page.get_by_role("button", name="Answer them")
    run.focus()
    page.keyboard.press("Enter")
    expect(panel.get_by_role("progressbar", name="answering")).to_have_attribute("aria-valuenow", "25")
    page.locator("#batch-stop").click()
    expect(panel.get_by_role("alert")).to_contain_text("Stopped, as you asked")
    expect(panel.locator(".figures")).to_be_visible()  # the table is there still
    go_on.set()
    run.click()
    expect(panel.get_by_role("heading", name="Answers: 2 files")).to_be_visible()
    assert panel.locator(".figures dd").all_inner_texts()[::3] == ["3", "1"]
    expect(panel.locator("tbody tr").first).to_contain_text("parrot")
    expect(panel.locator("tbody tr").nth(1)).to_contain_text("The picture gone.png is not among the files.")
    for _ in range(2):
        with page.expect_download() as saved:
            page.get_by_role("button", name="Download the answers").click()
        with saved.value.path().open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert saved.value.suggested_filename == "answers.csv"
        assert [row["note"] for row in rows] == ["'=1+1", "<b>x</b>", ""]
        assert [row["answer"] for row in rows][:2] == ["parrot", ""]
        assert [bool(row["error"]) for row in rows] == [False, True, False]
    assert left_over() == []
    page.close()
    assert gone(before)


@pytest.mark.parametrize("photo_page", [(320, 700)], ids=["320"], indirect=True)
def test_who_leaves_at_work_leaves_nothing_and_a_narrow_screen_never_scrolls_sideways(
    photo_page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, before = photo_page, workspaces()
    page.locator(".overflow-menu button").first.click()
    page.locator(".overflow-dropdown button", has_text="Batch").click()
    page.get_by_role("button", name="Try it on an example").locator("visible=true").click()
    panel = page.locator("#batch-panel")
    expect(panel.get_by_role("heading", name="The example")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    def endless(*given: Any) -> None:
        while True:
            given[-1]("answering", 1, 4)
            time.sleep(0.05)

    monkeypatch.setattr(visit, "answer_each", endless)
    page.get_by_role("button", name="Answer them").click()
    panel.get_by_role("progressbar").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
    assert gone(before)
