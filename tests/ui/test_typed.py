"""Labels that a visitor types, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from fusion.paths import ASSETS
from tests.ui.steps import SIZES, choose, drawn, upload

pytestmark = pytest.mark.browser


def test_labels_that_are_typed_are_told_and_shown(photo_page: Page) -> None:
    page = photo_page
    page.get_by_role("button", name="Your own labels").click()
    page.locator("#labels textarea, #labels input").first.fill("a parrot, a teapot, a train")
    page.locator("#classify").click()
    expect(page.locator(".alert")).to_contain_text("Give a picture first")
    upload(page, ASSETS / "photos" / "macaw.jpg")
    expect(page.locator("#picture img")).to_be_visible()
    page.locator("#classify").click()
    first = page.locator("#typed li .name").first
    first.wait_for(timeout=90_000)  # the first time, the classes' words are encoded
    expect(first).to_have_text("a parrot")
    expect(page.locator("#typed li")).to_have_count(3)
    expect(page.locator("#heat .chip[aria-pressed=true]")).to_have_text("a parrot")
    before = drawn(page)
    page.locator("#heat .chip").get_by_text("a train", exact=True).click()
    assert drawn(page) != before
    page.locator("#labels textarea, #labels input").first.fill("alone")
    page.locator("#classify").click()
    expect(page.locator(".alert")).to_contain_text("different labels")
    expect(page.locator("#typed li")).to_have_count(3)
    expect(page.locator("#heat h2")).to_have_text("Where each label is seen")
    expect(page.locator("#heat .heat-selects")).to_be_hidden()
    page.get_by_label("Remove Image").click()
    expect(page.locator("#typed")).to_have_count(0)


def test_a_strategy_takes_the_map_of_the_typed_labels_place(photo_page: Page) -> None:
    page = photo_page
    page.locator("#examples .example").first.click()
    expect(page.locator("#answer h2 b")).to_be_visible()
    page.get_by_role("button", name="Your own labels").click()
    page.locator("#labels textarea, #labels input").first.fill("a parrot, A Parrot, a train")
    page.locator("#classify").click()
    expect(page.locator("#typed li")).to_have_count(2, timeout=90_000)
    choose(page, "concat")
    expect(page.locator("#heat h2")).to_have_text("Why this answer")
    expect(page.locator("#typed")).to_have_count(0)


@pytest.mark.parametrize("photo_page", SIZES, ids=["320", "390", "720"], indirect=True)
def test_typed_labels_fit_a_narrow_screen(photo_page: Page) -> None:
    page = photo_page
    upload(page, ASSETS / "photos" / "cup.jpg")
    expect(page.locator("#picture img")).to_be_visible()
    page.get_by_role("button", name="Your own labels").click()
    page.locator("#labels textarea, #labels input").first.fill(f"cup, {'w' * 200}, spoon")
    page.locator("#classify").click()
    page.locator("#typed li").first.wait_for(timeout=90_000)
    expect(page.locator("#typed li")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
