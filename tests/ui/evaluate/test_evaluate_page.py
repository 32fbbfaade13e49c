"""The tab Evaluate: every number is the shipped report's, in both languages, narrow and by keyboard."""

import pytest
from playwright.sync_api import Page, expect

from fusion.language import LANGUAGES, speaking, translations
from fusion.language.catalogue import ENGLISH
from fusion.ui.evaluate.accuracy_view import accuracy_view
from fusion.ui.evaluate.closely import KINDS, closely, kinds_of
from fusion.ui.evaluate.marks import measure
from fusion.ui.evaluate.reports import best, reports, result_of, strategies

MEASURED_BY = {
    "explanations": "explanations",
    "contributions": "contributions",
    "spoiled": "robustness",
    "missing": "missing",
    "examples": "few_shot",
}


def test_every_shipped_report_shows_every_strategy_and_all_that_was_measured() -> None:
    assert list(reports()) == ["scenes", "easy-vqa", "clipart-topics", "photos", "cifar10"]
    for task, report in reports().items():
        shown = accuracy_view(report, best(report))
        assert f"python -m fusion evaluate --task {task}</code>" in shown
        for row in report["results"]:
            assert f'data-choice="{row["strategy"]}"' in shown
            low, high = row["interval"]
            assert f"{100 * low:.1f} to {100 * high:.1f}" in shown
        for prior in report["priors"].values():
            assert f"{100 * prior:.1f} %" in shown
        for strategy in strategies(report):
            for title, kind in kinds_of(report, strategy):
                panel = closely(report, strategy, kind)
                option = KINDS[kind].option
                assert title and f"evaluate --task {task}{option and ' '}{option}" in panel
                assert "nan" not in panel
                measured = MEASURED_BY.get(kind, "results") in report
                assert ("<table" in panel or "<svg" in panel) == measured


def test_a_baseline_that_is_no_better_than_chance_says_so() -> None:
    shown = accuracy_view(reports()["scenes"], "gated")
    line = next(row for row in shown.split("<tr") if 'data-choice="image-only"' in row)
    assert "no better than chance" in line
    assert shown.count("no better than chance") == 1


def test_a_bar_reaches_from_nothing_to_its_value() -> None:
    drawn = measure(0.25, (0.2, 0.5), [("alone", 0.4)])
    assert 'class="fill" style="left:0.00%;width:25.00%"' in drawn
    assert 'class="whisker" style="left:20.00%;width:30.00%"' in drawn
    assert 'class="at alone" style="left:40.00%"' in drawn
    below = measure(-0.25, (-0.5, 0.0), span=(-0.5, 0.5))
    assert 'class="fill" style="left:25.00%;width:25.00%"' in below
    assert 'class="zero" style="left:50.00%"' in below


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != ENGLISH])
def test_types_of_question_are_told_in_every_language(code: str) -> None:
    kinds = {kind for report in reports().values() for row in report["results"] for kind in row["by_type"]}
    assert sorted(kinds - set(translations(code))) == []
    with speaking(code):
        titles = {kind.title() for kind in KINDS.values()}
    assert titles.isdisjoint(kind.title() for kind in KINDS.values())


@pytest.mark.browser
@pytest.mark.parametrize("photo_page", [(390, 844)], ids=["390"], indirect=True)
def test_a_strategy_is_looked_at_closely_and_a_command_copied(photo_page: Page) -> None:
    page = photo_page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".overflow-menu button").first.click()
    page.locator(".overflow-dropdown button", has_text="Evaluate").click()
    scores, near = page.locator("#evaluate-scores"), page.locator("#evaluate-closely")
    shown = scores.get_by_role("row").filter(has=page.get_by_role("button", name="gated"))
    expect(shown).to_contain_text(f"{100 * result_of(reports()['scenes'], 'gated')['accuracy']:.1f} %")
    gated = scores.get_by_role("button", name="gated")
    gated.focus()
    page.keyboard.press("Enter")
    expect(gated).to_have_attribute("aria-pressed", "true")
    expect(near.get_by_role("heading")).to_contain_text("gated")
    expect(page.get_by_label("Strategy to look at closely")).to_have_value("gated")
    kinds = page.locator("#evaluate-kind")
    kinds.get_by_label("Types of question").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(near.get_by_role("img", name="Reliability diagram")).to_be_visible()
    kinds.get_by_label("Explanations").check(force=True)
    expect(near.get_by_role("row").filter(has_text="rise")).to_be_visible()
    near.get_by_role("button", name="Copy").first.click()
    expect(near.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == (
        "python -m fusion evaluate --task scenes --explain"
    )
    page.locator("#evaluate-task").get_by_label("photos").check(force=True)
    expect(near).to_contain_text("Not measured for cross-attention on photos yet.")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
