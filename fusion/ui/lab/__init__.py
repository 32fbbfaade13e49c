"""The tab Lab."""


def add_lab_tab() -> None:
    """The components of the tab and what they do, in the Blocks at hand."""
