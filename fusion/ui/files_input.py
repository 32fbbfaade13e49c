"""The input of several files. Alone in its file, as gradio writes a stub (.pyi) beside each file with a
component."""

import gradio as gr
from gradio.data_classes import FileData, ListFiles


class FilesInput(gr.File):
    """Gives the paths of what was uploaded; gradio's own leaves an empty file behind for each."""

    def preprocess(self, payload: ListFiles | FileData | None) -> list[str] | None:
        """The paths of the uploaded files."""
        if payload is None:
            return None
        return [file.path for file in (payload if isinstance(payload, ListFiles) else [payload])]

    def get_block_name(self) -> str:
        return "file"
