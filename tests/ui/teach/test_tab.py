"""The tab Teach, in a real browser."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from fusion.paths import ASSETS
from fusion.teach import load
from fusion.ui.teach import reactions
from tests.ui.steps import SIZES, go_to

pytestmark = pytest.mark.browser
PHOTOS = ASSETS / "photos"
SLOW = 180_000  # milliseconds; the first time, the classes' words are encoded


def opened(page: Page) -> Page:
    go_to(page, "Teach")
    expect(row(page, 0).locator(".teach-name")).to_be_visible()
    return page


def row(page: Page, i: int) -> Locator:
    return page.locator(".teach-row").nth(i)


def give(page: Page, i: int, *names: str) -> None:
    files = [PHOTOS / f"{name}.jpg" for name in names]
    row(page, i).locator("input[type=file]").set_input_files(files)


def name(page: Page, i: int, text: str) -> None:
    row(page, i).locator(".teach-name").fill(text)
    row(page, i).locator(".teach-name").press("Tab")


def shown_example(page: Page) -> Page:
    opened(page).get_by_role("button", name="Show me an example").click()
    expect(page.locator(".teach-answer h2 b")).to_have_text("furry", timeout=SLOW)
    return page


def test_classes_are_taught_by_uploads_and_used_at_once(
    photo_page: Page, left_over: Callable[[], list[Path]]
) -> None:
    page = opened(photo_page)
    expect(page.locator("#teach-trust")).to_contain_text("Name two classes")
    expect(page.locator("#teach-tune")).to_be_disabled()
    give(page, 0, "panda", "koala", "bison")
    expect(row(page, 0).locator("img")).to_have_count(3)
    name(page, 0, "furry")
    name(page, 1, "not furry")
    give(page, 1, "crab", "goldfish", "macaw")
    expect(page.locator("#teach-trust")).to_contain_text("Chance", timeout=SLOW)
    expect(page.locator("#teach-trust")).to_contain_text("of 6")
    page.locator("#teach-picture input[type=file]").set_input_files(PHOTOS / "red-panda.jpg")
    expect(page.locator(".teach-answer h2 b")).to_have_text("furry")
    expect(page.locator(".teach-ways thead")).to_contain_text("Names alone")
    row(page, 0).get_by_label("Remove koala.jpg").click()
    expect(row(page, 0).locator(".teach-count")).to_have_text("2 of 16")
    expect(page.locator("#teach-trust")).to_contain_text("of 5")
    page.get_by_role("button", name="Add a class").click()
    expect(page.locator(".teach-row")).to_have_count(3)
    page.get_by_label("Remove not furry").click()
    expect(page.locator(".teach-row")).to_have_count(2)
    expect(page.locator("#teach-trust")).to_contain_text("Name two classes")
    expect(row(page, 0).locator("img")).to_have_count(2)
    assert left_over() == []


def test_an_example_works_at_once_is_fine_tuned_and_downloaded(photo_page: Page, tmp_path: Path) -> None:
    page = shown_example(photo_page)
    expect(page.locator("#teach-picture img")).to_be_visible()
    page.locator("#teach-tune").click()
    expect(page.locator(".teach-curve")).to_contain_text(re.compile("is kept|did not help"), timeout=SLOW)
    expect(page.locator(".teach-curve svg polyline.own").first).to_be_visible()
    expect(page.locator(".teach-ways thead")).to_contain_text("Fine-tuned")
    expect(page.locator("#teach-trust")).to_contain_text("Fine-tuned")
    expect(page.locator("#teach-stop")).to_have_count(0)
    with page.expect_download() as found:
        page.locator("#teach-download").click()
    assert found.value.suggested_filename == "taught.safetensors"
    found.value.save_as(tmp_path / "taught.safetensors")
    taught = load(tmp_path / "taught.safetensors")
    assert taught.labels == ("furry", "not furry") and taught.head is not None
    # Another example more, and the head is one of other examples.
    give(page, 0, "polar-bear")
    expect(page.locator("#teach-trust")).to_contain_text("of 9", timeout=SLOW)
    expect(page.locator(".teach-curve")).to_have_count(0)


def test_what_is_wrong_is_one_sentence_and_nothing_is_lost(photo_page: Page, tmp_path: Path) -> None:
    page = opened(photo_page)
    alert = page.locator("#teach-alert .alert")
    broken = tmp_path / "broken.png"
    broken.write_text("no picture")
    row(page, 0).locator("input[type=file]").set_input_files(
        [PHOTOS / "cat.jpg", broken, PHOTOS / "bison.jpg"]
    )
    expect(alert).to_contain_text("broken.png")
    expect(row(page, 0).locator("img")).to_have_count(2)
    name(page, 0, "<b>mine</b>")
    expect(page.locator("#teach-trust")).to_contain_text("two classes")
    name(page, 1, "<B>mine</b>")
    expect(alert).to_contain_text("Another class is named <B>mine</b>")
    expect(row(page, 1).locator(".teach-name")).to_have_value("")
    expect(row(page, 0).locator("img")).to_have_count(2)
    many = [path.stem for path in sorted(PHOTOS.glob("*.jpg"))[:17]]
    give(page, 1, *many)
    expect(alert).to_contain_text("1 of these is left aside")
    expect(row(page, 1).locator("img")).to_have_count(16)
    page.locator("#teach-picture input[type=file]").set_input_files(broken)
    expect(page.locator("#teach-refused .alert")).to_contain_text("broken.png")


def test_a_path_that_was_not_uploaded_is_refused(photo_page: Page) -> None:
    """A page that was tampered with names a file of the server's own."""
    page = opened(photo_page)
    page.route("**/upload**", lambda route: route.fulfill(json=[str(PHOTOS / "cat.jpg")]))
    give(page, 0, "bison")
    expect(page.locator(".toast-body")).to_contain_text("cannot be accessed")  # gradio's own check
    expect(row(page, 0).locator("img")).to_have_count(0)
    assert (PHOTOS / "cat.jpg").is_file()


def test_it_works_by_keyboard(photo_page: Page) -> None:
    page = opened(photo_page)
    field = row(page, 0).locator(".teach-name")
    field.focus()
    page.keyboard.type("rain")
    for _ in range(3):  # past the button that removes the class and the one that takes pictures
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("It rains since Monday.\nClouds and wind.")
    name(page, 1, "food")
    row(page, 1).locator("summary").press("Enter")
    row(page, 1).locator(".teach-texts").fill("She bakes bread.\nThe soup needs salt.")
    row(page, 1).locator(".teach-texts").press("Tab")
    expect(page.locator("#teach-trust")).to_contain_text("of 4", timeout=SLOW)
    expect(field).to_have_value("rain")
    page.locator("#teach-text textarea, #teach-text input").first.fill("a storm is coming")
    expect(page.locator(".teach-answer h2 b")).to_have_text("rain")


def test_fine_tuning_can_be_stopped(photo_page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    from fusion.teach import head

    monkeypatch.setattr(head, "STEPS", 10**6)
    page = shown_example(photo_page)
    page.locator("#teach-tune").click()
    page.locator("#teach-stop").click()
    expect(page.locator(".teach-curve")).to_contain_text(re.compile("is kept|did not help"), timeout=SLOW)
    expect(page.locator("#teach-tune")).to_be_enabled()


def test_what_a_visitor_taught_goes_when_they_leave(
    photo_page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    lessons = []
    put = reactions._put

    async def noted(lesson: reactions.Lesson, *given: object) -> str:
        lessons.append(lesson)
        return await put(lesson, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(reactions, "_put", noted)
    page = opened(photo_page)
    give(page, 0, "cat")
    expect(row(page, 0).locator("img")).to_have_count(1)
    assert lessons[0].rows
    page.goto("about:blank")
    for _ in range(100):
        if not lessons[0].rows:
            break
        page.wait_for_timeout(100)
    assert lessons[0].rows == []


@pytest.mark.parametrize("photo_page", SIZES, ids=["320", "390", "720"], indirect=True)
def test_it_fits_a_narrow_screen(photo_page: Page) -> None:
    page = shown_example(photo_page)
    name(page, 0, "w" * 60)
    expect(page.locator("#teach-trust")).to_contain_text("wwww", timeout=SLOW)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
