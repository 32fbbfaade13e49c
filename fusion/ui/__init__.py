"""The page and the endpoints: the only rooms that know gradio."""

from fusion.ui.launch import launch
from fusion.ui.page import build

__all__ = ["build", "launch"]
