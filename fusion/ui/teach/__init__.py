"""The tab Teach."""


def add_teach_tab() -> None:
    """The components of the tab and what they do, in the Blocks at hand."""
