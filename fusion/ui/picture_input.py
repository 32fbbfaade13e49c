"""The image input. Alone in its file, as gradio writes a stub (.pyi) beside each file with a component."""

from typing import Any

import gradio as gr
from gradio.data_classes import ImageData


class PictureInput(gr.Image):
    """Gives the path of what was uploaded, unopened, and is shown by data URL.

    Gradio's own opens the file itself, and fails in its own words where the file is broken.
    """

    def preprocess(self, payload: ImageData | None) -> str | None:
        """The path of the uploaded file."""
        return None if payload is None else payload.path

    def postprocess(self, value: Any) -> ImageData | None:
        """`value` is a data URL."""
        return None if value is None else ImageData(url=value, orig_name="picture")

    def get_block_name(self) -> str:
        return "image"
