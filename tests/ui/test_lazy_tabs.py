"""What comes to the browser when a tab is opened: all that belongs to the tab, once, and nothing else."""

from collections.abc import Iterator
from typing import Any

import gradio as gr
import pytest
from playwright.sync_api import Browser, Request, expect
from playwright.sync_api import Page as Browsed

from fusion.ui import build
from fusion.ui.blocks import Page
from tests.ui.steps import go_to, run

Config = dict[str, Any]


@pytest.fixture(scope="module")
def page() -> gr.Blocks:
    return build()


@pytest.fixture(scope="module")
def whole(page: gr.Blocks) -> Config:
    """What gradio itself would send at first."""
    found: Config = gr.Blocks.get_config_file(page)  # type: ignore[assignment]
    return found


@pytest.fixture(scope="module")
def first(page: gr.Blocks) -> Config:
    found: Config = page.get_config_file()  # type: ignore[assignment]
    return found


@pytest.fixture(scope="module")
def later(page: Page, first: Config) -> list[Config]:
    """What every opening of a tab brings, in every language."""
    return [found for number in page.fns if (found := page.lazy.brought_by(number))]


def ids(config: Config, kind: str) -> set[int]:
    """Of what does something there."""
    kept = (one for one in config[kind] if kind == "components" or one["targets"] or one["js"])
    return {one["id"] for one in kept}


def in_layout(node: Config) -> Iterator[int]:
    yield node["id"]
    for child in node.get("children", []):
        yield from in_layout(child)


def needs(event: Config) -> set[int]:
    """The components that an event meets."""
    targets = {number for number, _ in event["targets"] if number is not None}
    return targets | set(event["inputs"]) | set(event["outputs"]) | set(event["show_progress_on"] or [])


def test_the_first_and_the_later_are_the_whole(whole: Config, first: Config, later: list[Config]) -> None:
    assert len(later) == 2 * 5  # languages, tabs
    for kind in ("components", "dependencies"):
        parts = [ids(first, kind), *(ids(config, kind) for config in later)]
        assert set.union(*parts) == ids(whole, kind)
        shared = 1  # the column that is filled, and the event that fills it
        assert sum(map(len, parts)) == len(ids(whole, kind)) + shared * len(later)
    assert len(first["components"]) < 0.6 * len(whole["components"])


def test_events_keep_their_places(whole: Config, first: Config, later: list[Config]) -> None:
    """By which gradio's page names them where it shows the API; those that come later do nothing there."""
    kept = ("id", "api_name")
    assert [[one[key] for key in kept] for one in first["dependencies"]] == [
        [one[key] for key in kept] for one in whole["dependencies"]
    ]
    places = [one for one in first["dependencies"] if one not in whole["dependencies"]]
    assert len(places) > 50 and all(needs(one) == set() and not one["backend_fn"] for one in places)
    brought = {one["id"]: config["render_id"] for config in later for one in config["dependencies"]}
    assert all(one["rendered_in"] == brought[one["id"]] for one in places)  # dropped when that comes


def test_layouts_hold_what_is_sent_with_them(whole: Config, first: Config, later: list[Config]) -> None:
    assert set(in_layout(first["layout"])) - {whole["layout"]["id"]} == ids(first, "components")
    for config in later:
        assert set(in_layout(config["layout"])) == ids(config, "components")
    for page in first["page"].values():
        assert set(page["components"]) <= ids(first, "components")


def test_nothing_needs_what_is_sent_with_another(whole: Config, first: Config, later: list[Config]) -> None:
    beside = {whole["layout"]["id"]}  # the page itself, which is opened and left
    for config in (first, *later):
        mine = ids(config, "components") | beside
        events = [one for one in config["dependencies"] if one["backend_fn"] or one["js"]]
        assert [one["id"] for one in events if not needs(one) <= mine] == []
        follow = {one["trigger_after"] for one in events} - {None}
        assert follow <= ids(config, "dependencies")


def test_what_events_read_can_be_used(page: Page, later: list[Config]) -> None:
    """Gradio's page would decide that by the events that it had at first."""
    for config in later:
        read = {number for event in config["dependencies"] for number in event["inputs"]}
        given = {one["id"]: one["props"] for one in config["components"]}
        assert [page.blocks[number] for number in read if not given[number]["interactive"]] == []


def test_a_tab_brings_its_events_and_those_that_follow_and_asks_no_more() -> None:
    with Page() as page, gr.Tabs():
        with gr.Tab("one"):
            gr.Textbox()
        with page.lazy.tab("two", "two"):
            button = gr.Button()
            button.click(lambda: None).then(lambda: None).success(lambda: None)
    first: Config = page.config  # type: ignore[assignment]
    (opening,) = (one for one in first["dependencies"] if one["targets"])
    answer = run(page.process_api(page.fns[opening["id"]], []))["render_config"]
    *events, again = answer["dependencies"]
    assert [one["trigger_after"] for one in events] == [None, events[0]["id"], events[1]["id"]]
    assert again["id"] == opening["id"] and opening["backend_fn"] and not again["backend_fn"]
    assert button._id in ids(answer, "components") and button._id not in ids(first, "components")


def test_other_events_bring_nothing(page: Page, first: Config) -> None:
    brought = [one["id"] for one in first["dependencies"] if page.lazy.brought_by(one["id"])]
    assert len(brought) == 2 * 5 and all(page.fns[number].targets[0][1] == "select" for number in brought)


def test_a_tab_is_asked_for_once_and_keeps_what_was_typed(photo_page: Browsed) -> None:
    page = photo_page
    asked: list[Request] = []
    page.on("request", lambda sent: asked.append(sent) if "queue/join" in sent.url else None)
    assert page.locator("#batch-example").count() == 0
    go_to(page, "Teach")
    page.get_by_label("Name of class 1").fill("heron")
    page.get_by_label("Name of class 1").press("Tab")
    for tab in ("Ask", "Teach"):
        go_to(page, tab)
    expect(page.get_by_label("Name of class 1")).to_have_value("heron")
    assert len([one for one in asked if '"data":[]' in (one.post_data or "")]) == 1


def test_a_tab_that_could_not_be_brought_comes_when_it_is_opened_again(browser: Browser, server: str) -> None:
    page = browser.new_page()
    page.goto(server)
    page.locator("#card .bars").wait_for()
    refusal = {"detail": "Many people are asking just now; try again in a minute."}
    page.route("**/queue/join**", lambda route: route.fulfill(status=429, json=refusal), times=1)
    go_to(page, "Lab")
    expect(page.locator(".toast-body")).to_contain_text(refusal["detail"])
    page.locator(".toast-close").click()
    awaited = page.locator(".awaited:visible")
    expect(awaited).to_contain_text("Go to another tab and back")
    awaited.click()  # nothing lies over it
    go_to(page, "Ask")
    go_to(page, "Lab")
    expect(page.locator("#lab-question textarea")).to_be_visible()
    expect(page.locator(".awaited")).to_have_count(0)
    page.close()


def test_a_tab_that_is_opened_without_a_network_costs_nothing(browser: Browser, server: str) -> None:
    page = browser.new_page()
    page.goto(server)
    page.locator("#card .bars").wait_for()
    page.locator("#question textarea").fill("which bird is this?")
    page.context.set_offline(True)
    go_to(page, "Batch")
    expect(page.locator(".offline")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator(".offline")).to_have_count(0)
    go_to(page, "Ask")
    expect(page.locator("#question textarea")).to_have_value("which bird is this?")
    go_to(page, "Batch")
    expect(page.locator("#batch-example")).to_be_visible()
    page.close()
