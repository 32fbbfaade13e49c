"""The components of the page that events read or change."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from fusion.ui.settings import Controls


@dataclass(frozen=True, eq=False)
class Parts:
    """Each under the name that reactions know it by."""

    visit: gr.State
    badge: gr.HTML
    picture: gr.Image
    question: gr.Textbox
    alert: gr.HTML
    examples: gr.HTML
    task: gr.Dropdown
    image_encoder: gr.Dropdown
    text_encoder: gr.Dropdown
    references: gr.CheckboxGroup
    offer_text: gr.HTML
    offer_go: gr.Button
    offer_stop: gr.Button
    offer_no: gr.Button
    strategy: gr.Radio
    answer: gr.HTML
    card: gr.HTML
    regions: gr.HTML
    typed: gr.HTML
    heat: gr.HTML
    explainer: gr.Dropdown
    faithful: gr.HTML
    table: gr.HTML
    what_if: gr.HTML
    controls: Controls

    @property
    def inputs(self) -> list[Any]:
        """What every reaction takes last, and `Reactions._now` reads."""
        chosen = [self.visit, self.strategy, self.task, self.image_encoder, self.text_encoder]
        return [*chosen, *self.controls.inputs]

    @property
    def outputs(self) -> list[Any]:
        """Whatever a reaction may change."""
        blocks = [part for part in vars(self).values() if isinstance(part, gr.blocks.Block)]
        return [*blocks, *self.controls.rows.values(), *self.controls.inputs]
