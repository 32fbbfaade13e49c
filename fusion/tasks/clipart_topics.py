"""clipart-topics: what a drawing is about, from the drawing and its title (fusion/clipart).

The title alone is often a name in another language, a joke or a number; the drawing alone does not tell a
toy from what it is a toy of.
"""

from functools import cache

from fusion.clipart import Drawing, drawings
from fusion.clipart.topics import topics
from fusion.tasks.base import TASKS, Example, Split, TaskRecord


@cache
def examples(split: Split) -> list[Example]:
    """The drawings of a split; raises UserError where they are not built."""
    return [example_of(drawing) for drawing in drawings() if drawing.split == split]


def example_of(drawing: Drawing) -> Example:
    """The example that a drawing makes."""
    return Example(drawing, drawing.title, drawing.topic, "topic", drawing.group)


TASKS.add(
    TaskRecord(
        name="clipart-topics",
        summary="What a drawing with a title is about: animals, food, tools, people or another topic.",
        labels=topics(),
        examples=examples,
        default_strategy="dynamic",
        text_label="Title",
        width=64,
    )
)
