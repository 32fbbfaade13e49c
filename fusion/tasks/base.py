"""The contract of every task: a data reader, a label set and a split."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from PIL import Image

from fusion.encoders.base import Imagined
from fusion.registry import Registry

Split = Literal["train", "test"]


class Drawn(Protocol):
    """A picture that is drawn when it is needed, always the same."""

    @property
    def key(self) -> str:
        """Different for every different picture."""
        ...

    def draw(self) -> Image.Image | Imagined:
        """The RGB picture, or what is imagined in it."""
        ...


@dataclass(frozen=True)
class Example:
    """A picture, a text and the right answer.

    picture: a file, or what draws it. accepted: the answers that count as right, `label` alone when empty;
    label may then be no class. imagined: of use only to encoders that imagine. validation: held back from
    training, where a task says so itself. region: where the object of the question stands, if it is known.
    kind: the question type that evaluation reports apart. group: what must not be split between training
    and validation, such as the picture's identity. view: 0 as it is, else which augmented copy.
    """

    picture: Path | Drawn
    text: str
    label: str
    kind: str
    group: str
    view: int = 0
    accepted: tuple[str, ...] = ()
    imagined: bool = False
    validation: bool = False
    region: "Region | None" = None


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
    example is known to stand, None where it is not or where the question names none. image_encoder,
    text_encoder: the pair that answers unless another is named. fitted_on: the task
    whose checkpoints answer, where this one has pictures to test on and none to train on. zero_shot: its
    labels are answered by the space that both encoders share, never by a checkpoint. word_maps: whether the
    maps of words are to be measured on its scenes. text_label: what its text is to the picture.
    width: d that its strategies are fitted with, None for what each is made for.
    """

    name: str
    summary: str
    labels: tuple[str, ...]
    examples: Callable[[Split], list[Example]]
    default_strategy: str
    region: Callable[[Example], Region | None] = lambda example: example.region
    fitted_on: str = ""
    image_encoder: str = "efficientnet-lite0"
    text_encoder: str = "minilm"
    zero_shot: bool = False
    word_maps: bool = False
    text_label: str = "Question"
    width: int | None = None

    @property
    def asked(self) -> bool:
        """Whether people ask it; the others are tests."""
        return not self.fitted_on and not self.zero_shot

    @property
    def checkpoints(self) -> str:
        """The task that its checkpoints belong to."""
        return self.fitted_on or self.name


TASKS: Registry[TaskRecord] = Registry("task")
