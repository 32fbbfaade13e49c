"""HTML components in the page's own style: none of them takes gradio's."""

from typing import Any

import gradio as gr


def html(value: Any = None, **options: Any) -> gr.HTML:
    """HTML as the style sheets of assets/ alone have it look."""
    return gr.HTML(value, apply_default_css=False, **options)


def live(value: str = "", **options: Any) -> gr.HTML:
    """HTML that is read out when it changes, once the person pauses."""
    return html(value, html_template='<div aria-live="polite">${value}</div>', **options)


def alert(**options: Any) -> gr.HTML:
    """A sentence that is read out at once, or nothing."""
    return html("", html_template='<div role="alert" class="alert">${value}</div>', **options)
