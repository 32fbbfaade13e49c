"""The page and the endpoints: the only rooms that know gradio."""

import fusion.ui.upload_folder  # noqa: F401  (before gradio is imported)
from fusion.ui.launch import launch
from fusion.ui.page import build

__all__ = ["build", "launch"]
