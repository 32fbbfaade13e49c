"""The tab Lab: spoil the picture or the words, and see every strategy's answer and accuracy move."""

from fusion.ui.lab.tab import add_lab_tab

__all__ = ["add_lab_tab"]
