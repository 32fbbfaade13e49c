"""The tab Compare: every strategy on one input, one thing changed at a time, two inputs beside each other."""

import gradio as gr

from fusion.ui.components import Parts


def add_compare_tab(tab: gr.Tab, ask: Parts) -> None:
    """The components of the tab and what they do, in the Blocks at hand; `ask`: of the tab Ask."""
