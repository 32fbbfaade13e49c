"""Lazy tabs: what stands in them comes to the browser when they are opened.

Gradio sets up every component of a page, and looks at every event for each, before the first of them can be
seen; most visitors open few tabs. The components and their events are the page's own all the same: the same
for every visitor, from the start.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr

from fusion.language import say
from fusion.ui import markup
from fusion.ui.parts import text

Node = dict[str, Any]  # of a layout: an id, and nodes as its children
# Gradio loads the page anew after a request that found no network, and all that was typed is gone.
_ONLINE = "() => { if (!navigator.onLine) throw new Error('offline'); return []; }"


class LazyTabs:
    """Those of a page; what stands in each, by the number of the event that brings it."""

    def __init__(self) -> None:
        self._holders: dict[int, int] = {}  # the event's, and the id of the column that is filled
        self._contents: dict[int, dict[str, Any]] = {}

    @contextmanager
    def tab(self, label: str, name: str) -> Iterator[None]:
        """Build what stands in such a tab; no other part of the page may need it. It holds no files."""
        awaited = say("This has not come yet. Go to another tab and back to ask for it again.")
        with gr.Tab(label, id=name) as tab, gr.Column(show_progress=True) as holder:
            markup.html(f'<p class="awaited">{text(awaited)}</p>')
            yield
        event = tab.select(
            opened_tab, api_visibility="private", show_progress_on=holder, concurrency_limit=None, js=_ONLINE
        )
        self._holders[event["id"]] = holder._id

    def taken_out_of(self, config: Any) -> Any:
        """The configuration of the page as it is sent at first."""
        for event, holder in self._holders.items():
            self._contents[event] = _take(config, event, holder)
        return config

    def brought_by(self, event: int) -> dict[str, Any] | None:
        """What gradio's page adds to itself when this event was answered."""
        return self._contents.get(event)


async def opened_tab() -> None:
    """What comes with the answer is all."""


def _take(config: Any, event: int, holder: int) -> dict[str, Any]:
    """Take what stands in a column out of a configuration, and give it as gradio's page takes it in."""
    node = _find(config["layout"], holder)
    awaited, *contents = node["children"]
    node["children"] = [awaited]
    layout = {**node, "children": contents}
    within = set(_ids(layout)) - {holder}
    numbers: set[int] = set()
    events, places = [], []
    for one in config["dependencies"]:  # those that follow others come after them
        if within & {target for target, _ in one["targets"]} or one["trigger_after"] in numbers:
            numbers.add(one["id"])
            events.append(one)
            one = _place_of(one, holder)
        places.append(one)
    components = [_decided(one, events) for one in config["components"] if one["id"] in within | {holder}]
    config["components"] = [one for one in config["components"] if one["id"] not in within]
    config["dependencies"] = places
    for page in config["page"].values():
        page["components"] = [one for one in page["components"] if one not in within]
    (bringing,) = (one for one in places if one["id"] == event)
    once = {**bringing, "backend_fn": False, "js": None}  # in the place of the one that asks for all this
    return {"render_id": holder, "layout": layout, "components": components, "dependencies": [*events, once]}


def _place_of(event: dict[str, Any], holder: int) -> dict[str, Any]:
    """What gradio's page drops when the event comes: its view of the API finds events by their place."""
    nothing = {"targets": [], "inputs": [], "outputs": [], "backend_fn": False, "js": None}
    return {**event, **nothing, "trigger_after": None, "show_progress_on": None, "rendered_in": holder}


def _decided(component: dict[str, Any], events: list[dict[str, Any]]) -> dict[str, Any]:
    """A component with its `interactive`: gradio's page decides that by the events that it had at first."""
    number, props = component["id"], component["props"]
    read = any(number in event["inputs"] for event in events)
    written = any(number in event["outputs"] for event in events)
    return {**component, "props": {"interactive": read or not (written or props.get("value")), **props}}


def _find(node: Node, number: int) -> Node:
    """The node of that id, which is in the layout."""
    waiting = [node]
    while True:
        found = waiting.pop()
        if found["id"] == number:
            return found
        waiting += found.get("children", [])


def _ids(node: Node) -> Iterator[int]:
    yield node["id"]
    for child in node.get("children", []):
        yield from _ids(child)
