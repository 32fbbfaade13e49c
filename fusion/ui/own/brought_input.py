"""The input of what is brought. Alone in its file, as gradio writes a stub (.pyi) beside each file with a
component."""

import gradio as gr
from gradio.data_classes import FileData, ListFiles


class BroughtInput(gr.File):
    """Gives each uploaded file as (path, the name that it had where it came from)."""

    def preprocess(self, payload: ListFiles | FileData | None) -> list[tuple[str, str]]:  # type: ignore[override]
        """The uploaded files."""
        if payload is None:
            return []
        files = list(payload) if isinstance(payload, ListFiles) else [payload]
        return [(file.path, file.orig_name or file.path) for file in files]

    def get_block_name(self) -> str:
        return "file"
