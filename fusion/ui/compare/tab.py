"""The tab's events."""

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

    def on(
        triggers: list[Any],
        reaction: Reaction,
        first: tuple[Any, ...] = (),
        quick: bool = False,
        carries: bool = False,
    ) -> None:
        gr.on(
            triggers,
            react.guarded(reaction),
            [*first, *parts.inputs],
            parts.outputs,
            api_visibility="private",
            show_progress="hidden" if quick else "full",
            show_progress_on=parts.told,
            # "always_last" keeps what came with the first event in the place of the last one's
            trigger_mode="multiple" if carries else "always_last",
            concurrency_id="comparing",
            concurrency_limit=None,  # what waits for its turn keeps nobody else from theirs
        )

    on([tab.select], react.opened, (ask.visit, ask.strategy), quick=True)
    on([parts.picture.upload], react.uploaded, (parts.picture,))
    on([parts.picture.clear], react.cleared, quick=True)
    on([parts.go.click, parts.question.submit], react.compared)
    on([parts.examples.select], react.example, carries=True)
    on([parts.task.input], react.task_changed)
    on([parts.pair.input], react.pair_changed)
    for control in parts.controls.all:
        on([control.own.input], react.set_by_hand)
        on([control.slider.input], react.moved(control.own))
    on([parts.told.select], react.chosen_card, quick=True, carries=True)
    on(
        [parts.way.input, parts.order.input, parts.explainer.input, parts.strategy.input],
        react.shown_otherwise,
    )
    on([parts.pin.click], react.pinned, quick=True)
    on([parts.back.click], react.went_back, quick=True)
    on([parts.unpin.click], react.unpinned, quick=True)
