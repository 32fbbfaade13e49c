"""Tasks: one file each. Adding one is one file and one import line here."""

from fusion.tasks import easy_vqa  # noqa: F401  (each import registers a task)
from fusion.tasks.base import TASKS, Example, Region, Split, TaskRecord

__all__ = ["TASKS", "Example", "Region", "Split", "TaskRecord"]
