"""The tab Your data in a real browser: what is brought, and what is left of it: nothing."""

import gc
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import gettempdir

import pytest
from playwright.sync_api import Page, expect

from fusion.own.workspace import PREFIX
from fusion.ui.own import reading
from tests.bring import folder_of, rows, save, write_csv, zipped
from tests.ui.conftest import WIDE
from tests.ui.steps import SIZES, go_to

pytestmark = pytest.mark.browser
NARROW = pytest.mark.parametrize("photo_page", SIZES, ids=["320", "390", "720"], indirect=True)


def workspaces() -> list[Path]:
    return sorted(Path(gettempdir()).glob(f"{PREFIX}{os.getpid()}-*"))


def gone(before: list[Path]) -> bool:
    """Whether, after ample time, no workspace is there that was not there before."""
    for _ in range(200):
        gc.collect()
        if set(workspaces()) <= set(before):
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def before() -> Iterator[list[Path]]:
    """The workspaces that there are already; none is left beside them once the page is closed."""
    yield workspaces()


@pytest.fixture
def tab(before: list[Path], photo_page: Page) -> Iterator[Page]:
    go_to(photo_page, "Your data")
    expect(photo_page.locator("#own-preview .empty")).to_be_visible()
    yield photo_page
    photo_page.close()
    assert gone(before)


def bring(page: Page, *files: Path) -> None:
    page.locator("#brought input[type=file]").set_input_files(list(files))


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    source = folder_of(tmp_path / "pets", [*rows(40), ("missing.png", "<b>lost</b>", "cat")])
    (source / "missing.png").unlink()
    (source / "7.png").write_text("no picture")
    return zipped(source, tmp_path / "pets.zip")


def test_a_zip_is_previewed(
    tab: Page, pets: Path, before: list[Path], left_over: Callable[[], list[Path]]
) -> None:
    bring(tab, pets)
    panel = tab.locator("#own-preview .preview")
    expect(panel.get_by_role("heading", name="pets")).to_be_visible()
    assert panel.locator(".figures dd").all_inner_texts()[:3] == ["31", "8", "2"]
    expect(panel.locator(".problems")).to_contain_text("1 row whose picture is not there: left out.")
    expect(panel.locator(".problems")).to_contain_text("1 row with a picture that cannot be read: left out.")
    expect(panel.locator(".problems")).to_contain_text("7.png")
    expect(panel.locator(".classes li")).to_have_count(2)
    expect(panel.locator(".samples li")).to_have_count(12)
    expect(panel.locator(".samples img").first).to_have_js_property("complete", True)
    expect(tab.get_by_role("button", name="Fit every strategy")).to_be_visible()
    expect(tab.get_by_role("button", name="Stop", exact=True)).to_be_hidden()
    (new,) = set(workspaces()) - set(before)
    assert not list(new.rglob("*.zip"))  # deleted as soon as it is unpacked
    assert left_over() == []


def test_pictures_are_brought_with_their_table(tab: Page, tmp_path: Path) -> None:
    written = [(f"a (b) & {i}.png", f"text {i}", ("cat", "dog")[i % 2]) for i in range(20)]
    source = folder_of(tmp_path / "pets", written)
    bring(tab, *source.iterdir())
    expect(tab.locator("#own-preview .preview h2")).to_have_text("table")
    assert tab.locator(".figures dd").all_inner_texts()[:3] == ["16", "4", "2"]


def test_what_cannot_be_used_is_one_sentence_and_what_was_there_stays(
    tab: Page, pets: Path, tmp_path: Path, before: list[Path]
) -> None:
    broken = tmp_path / "broken.zip"
    broken.write_bytes(pets.read_bytes()[:300])
    bring(tab, broken)
    alert = tab.locator("#own-preview").get_by_role("alert")
    expect(alert).to_have_text("broken.zip is not a whole zip archive; pack it again and try anew.")
    expect(tab.locator("#own-run")).to_be_hidden()
    assert gone(before)
    bring(tab, pets)
    expect(tab.locator("#own-preview .preview h2")).to_have_text("pets")
    expect(alert).to_have_count(0)
    save(tmp_path / "one" / "cat" / "1.png", 1)
    bring(tab, zipped(tmp_path / "one", tmp_path / "one.zip"))
    expect(alert).to_contain_text("the same label, 'cat'")
    expect(tab.locator("#own-preview .preview h2")).to_have_text("pets")
    expect(tab.locator("#own-run")).to_be_visible()
    bring(tab, pets, broken)
    expect(alert).to_have_text("Bring one zip archive alone, or several pictures with one table.")
    write_csv(tmp_path / "lone.csv", rows(4))
    bring(tab, tmp_path / "lone.csv")
    expect(alert).to_contain_text("There is no picture in lone")
    assert len(set(workspaces()) - set(before)) == 1


def test_the_example_goes_through_to_its_preview(tab: Page) -> None:
    tab.get_by_role("button", name="Try it on an example").click()
    expect(tab.locator("#own-preview .preview h2")).to_be_visible()
    expect(tab.locator("#own-preview .samples img")).to_have_count(12)
    expect(tab.locator("#own-run")).to_be_visible()


def test_long_reading_shows_how_far_it_is_and_can_be_stopped(
    tab: Page, pets: Path, monkeypatch: pytest.MonkeyPatch, before: list[Path]
) -> None:
    go_on = threading.Event()

    def slow(source: object, workspace: Path, progress: Callable[[str, int, int], None]) -> None:
        (workspace / "1.png").write_text("x")
        while not go_on.wait(0.05):
            progress("unpacking", 30, 120)

    monkeypatch.setattr(reading, "read", slow)
    bring(tab, pets)
    expect(tab.get_by_role("progressbar", name="unpacking")).to_have_attribute("aria-valuenow", "25")
    expect(tab.locator("#own-preview")).to_contain_text("30 of 120")
    tab.get_by_role("button", name="Stop", exact=True).click()
    expect(tab.locator("#own-preview").get_by_role("alert")).to_contain_text("Stopped, as you asked")
    expect(tab.locator("#own-stop")).to_be_hidden()
    go_on.set()
    assert gone(before)


def test_who_leaves_while_it_is_read_leaves_nothing(
    before: list[Path], photo_page: Page, pets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(source: object, workspace: Path, progress: Callable[[str, int, int], None]) -> None:
        while True:
            (workspace / "pictures").mkdir(parents=True, exist_ok=True)
            progress("unpacking", 30, 120)
            time.sleep(0.05)

    monkeypatch.setattr(reading, "read", slow)
    go_to(photo_page, "Your data")
    bring(photo_page, pets)
    photo_page.get_by_role("progressbar", name="unpacking").wait_for()
    photo_page.close()
    assert gone(before)


def test_a_name_of_the_hub_is_asked_for_and_told_where_there_is_none(tab: Page) -> None:
    name = tab.get_by_label("Or a public data set of the hub")
    alert = tab.locator("#own-preview").get_by_role("alert")
    for wrong in ("/etc/passwd", "assets", "../x/y"):
        name.fill(wrong)
        tab.get_by_role("button", name="Fetch").click()
        expect(alert).to_contain_text("Name a public data set as OWNER/NAME")
    name.fill("assets/photos")  # a folder of this machine is none of the hub
    name.press("Enter")
    expect(alert).to_contain_text("The hub cannot be reached from here, so assets/photos cannot be read")


@NARROW
def test_a_narrow_screen_never_scrolls_sideways(tab: Page, tmp_path: Path) -> None:
    def fits() -> bool:
        return bool(tab.evaluate("document.documentElement.scrollWidth <= innerWidth"))

    assert fits()
    labels = ["w" * 90, *(f"class {i}" for i in range(20))]
    bring(tab, zipped(folder_of(tmp_path / "wide", rows(63, labels)), tmp_path / f"{'wide' * 20}.zip"))
    expect(tab.locator("#own-preview .preview h2")).to_be_in_viewport()
    assert fits()
    tab.get_by_text("9 more classes").click()
    expect(tab.locator(".classes li").last).to_be_visible()
    assert fits()


def test_it_works_by_keyboard(tab: Page) -> None:
    tab.locator("#own-example").focus()
    tab.keyboard.press("Enter")
    expect(tab.locator("#own-preview .preview h2")).to_be_visible()
    tab.locator("#own-preview summary").focus()
    tab.keyboard.press("Enter")
    expect(tab.locator(".classes li").last).to_be_visible()
    assert WIDE[0] >= int(tab.evaluate("document.documentElement.scrollWidth"))
