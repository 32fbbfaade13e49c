"""The contract of every task: a data reader, a label set and a split."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fusion.registry import Registry

Split = Literal["train", "test"]


@dataclass(frozen=True)
class Example:
    """A picture, a text and the right answer.

    kind: the question type that evaluation reports apart. group: what must not be split between training
    and validation, such as the picture's identity. view: 0 as it is, else which augmented copy.
    """

    picture: Path
    text: str
    label: str
    kind: str
    group: str
    view: int = 0


@dataclass(frozen=True)
class Region:
    """Where the object of a question stands, and the words of the question that name it.

    box: (left, top, right, bottom) as shares of the picture's width and height.
    """

    box: tuple[float, float, float, float]
    words: frozenset[str]


@dataclass(frozen=True)
class TaskRecord:
    """A registered task.

    labels: every answer, in the order of the classes. examples: reads a split; raises UserError where the
    data is not at hand. default_strategy: what answers when none is named. region: where the object of an
    example is known to stand, None where it is not or where the question names none.
    """

    name: str
    summary: str
    labels: tuple[str, ...]
    examples: Callable[[Split], list[Example]]
    default_strategy: str
    region: Callable[[Example], Region | None] = lambda example: None


TASKS: Registry[TaskRecord] = Registry("task")
