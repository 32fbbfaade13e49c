"""What comes of fitting every strategy on a visitor's data: the part of the tab below the preview."""

from fusion.ui.study.components import StudyParts, add_seeds, add_study
from fusion.ui.study.events import wire_study

__all__ = ["StudyParts", "add_seeds", "add_study", "wire_study"]
