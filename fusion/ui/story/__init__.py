"""The tab Tour: the way of the data, step by step, on the visitor's own input."""

import gradio as gr

from fusion.ui.components import Parts


def add_story_tab(tab: gr.Tab, ask: Parts) -> None:
    """The components of the tab and what they do, in the Blocks at hand; `ask`: of the tab Ask."""
