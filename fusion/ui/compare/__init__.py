"""The tab Compare: every strategy on one input, one thing changed at a time, two inputs beside each other."""

from fusion.ui.compare.tab import add_compare_tab

__all__ = ["add_compare_tab"]
