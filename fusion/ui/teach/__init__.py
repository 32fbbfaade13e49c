"""The tab Teach."""

from fusion.ui.teach.endpoint import add_teach_endpoint
from fusion.ui.teach.tab import add_teach_tab

__all__ = ["add_teach_endpoint", "add_teach_tab"]
