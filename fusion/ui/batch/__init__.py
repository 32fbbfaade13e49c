"""The tab Batch: a table of questions in, a table of answers out."""

from fusion.ui.batch.tab import add_batch_tab

__all__ = ["add_batch_tab"]
