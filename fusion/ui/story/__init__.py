"""The tab Tour: the way of the data, step by step, on the visitor's own input."""

from fusion.ui.story.tab import add_story_tab

__all__ = ["add_story_tab"]
