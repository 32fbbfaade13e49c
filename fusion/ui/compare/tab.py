"""The tab's events."""

from functools import partial
from typing import Any

import gradio as gr

from fusion.ui.compare.layout import CompareParts, add_layout
from fusion.ui.compare.reactions import CompareReactions, Reaction
from fusion.ui.components import Parts


def add_compare_tab(tab: gr.Tab, ask: Parts) -> gr.HTML:
    """The components of the tab and what they do, in the Blocks at hand; `ask`: of the tab Ask.

    Gives the component whose `select` carries the name of a strategy that was chosen on a card.
    """
    parts = add_layout()
    _wire(parts, tab, ask)
    return parts.told


def _wire(parts: CompareParts, tab: gr.Tab, ask: Parts) -> None:
    react = CompareReactions(parts)

    def on(triggers: list[Any], reaction: Reaction, first: tuple[Any, ...] = (), quick: bool = False) -> None:
        gr.on(
            triggers,
            react.guarded(reaction),
            [*first, *parts.inputs],
            parts.outputs,
            api_visibility="private",
            show_progress="hidden" if quick else "full",
            show_progress_on=parts.told,
            trigger_mode="multiple" if quick else "always_last",  # "always_last" keeps what came with the first
            concurrency_id="comparing",
            concurrency_limit=None,  # what waits for its turn keeps nobody else from theirs
        )

    live = partial(on, quick=True)
    live([tab.select], react.opened, (ask.visit, ask.strategy))
    on([parts.picture.upload], react.uploaded, (parts.picture,))
    live([parts.picture.clear], react.cleared)
    on([parts.go.click, parts.question.submit], react.compared)
    live([parts.examples.select], react.example)
    on([parts.task.input], react.task_changed)
    on([parts.pair.input], react.pair_changed)
    for control in parts.controls.all:
        on([control.own.input], react.set_by_hand)
        on([control.slider.input], react.moved(control.own))
    live([parts.told.select], react.chosen_card)
    on([parts.way.input, parts.order.input, parts.strategy.input], react.shown_otherwise)
    live([parts.pin.click], react.pinned)
    live([parts.back.click], react.went_back)
    live([parts.unpin.click], react.unpinned)
