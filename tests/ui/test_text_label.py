"""What stands beside the picture is called what the task calls it."""

from playwright.sync_api import Page, expect


def test_a_title_is_asked_for_where_the_task_reads_titles(photo_page: Page) -> None:
    expect(photo_page.get_by_label("Question", exact=True)).to_be_visible()
    photo_page.get_by_role("button", name="Task and encoders").click()
    photo_page.get_by_label("Task", exact=True).click()
    photo_page.get_by_role("option", name="clipart-topics").click()
    photo_page.locator("#examples .example", has_text="Tacchino").click()
    expect(photo_page.locator("#answer .asked")).to_have_text("“Tacchino”")
    expect(photo_page.get_by_label("Title", exact=True)).to_have_value("Tacchino")
    expect(photo_page.locator("#answer b")).to_have_text("animals")
    expect(photo_page.locator("#card")).to_contain_text("576 titles")
    expect(photo_page.locator("#card")).to_contain_text("best title-only rule")
