"""Tasks: one file each. Adding one is one file and one import line here."""

from fusion.tasks import scenes, easy_vqa, clipart_topics, photos, cifar10  # noqa: F401  (each import registers a task)
from fusion.tasks.base import TASKS, Drawn, Example, Region, Split, TaskRecord

__all__ = ["TASKS", "Drawn", "Example", "Region", "Split", "TaskRecord"]
