"""The tab Batch: a table of questions in, a table of answers out."""


def add_batch_tab() -> None:
    """The components of the tab and what they do, in the Blocks at hand."""
