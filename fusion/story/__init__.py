"""The way of the data told in seven steps, on one input with its own numbers."""

from fusion.story.chapters import CHAPTERS, Chapter, tour
from fusion.story.run import Run, run
from fusion.story.step import Bars, Curves, Figure, Fork, Named, Step

__all__ = ["CHAPTERS", "Bars", "Chapter", "Curves", "Figure", "Fork", "Named", "Run", "Step", "run", "tour"]
