"""The tab Evaluate: what was measured, with its priors and intervals, and the command that prints it."""


def add_evaluate_tab() -> None:
    """The components of the tab and what they do, in the Blocks at hand."""
