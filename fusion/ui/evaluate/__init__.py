"""The tab Evaluate: what was measured, with its priors and intervals, and the command that prints it."""

from fusion.ui.evaluate.tab import add_evaluate_tab

__all__ = ["add_evaluate_tab"]
