"""The tab Your data."""


def add_own_tab() -> None:
    """The components of the tab and what they do, in the Blocks at hand."""
