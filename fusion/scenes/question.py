"""A question about a scene, and what its makers share."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from fusion.scenes.scene import Placed
from fusion.vocabulary import by_name, kinds


@dataclass(frozen=True)
class Question:
    """kind: the type that evaluation reports apart. about: the object that it names, if one."""

    text: str
    answer: str
    kind: str
    about: Placed | None = None


class Seen(Protocol):
    """What questions are made from: a scene, or a photograph whose things are known.

    key: different for every different picture. placed: the things, and where. also: names of what can be
    seen besides, perhaps: of what may be. pool: the names that pictures like it show; asking for another
    would give the answer away.
    """

    @property
    def key(self) -> str: ...

    @property
    def placed(self) -> tuple[Placed, ...]: ...

    @property
    def also(self) -> tuple[str, ...]: ...

    @property
    def perhaps(self) -> tuple[str, ...]: ...

    @property
    def pool(self) -> tuple[str, ...]: ...


# Asks about what is seen; None where it gives no such question.
Maker = Callable[[random.Random, Seen], Question | None]


def only(thing: Placed, placed: tuple[Placed, ...]) -> bool:
    """Whether no other thing has its name."""
    return sum(other.name == thing.name for other in placed) == 1


def named(random_: random.Random, name: str, upwards: bool = True) -> str:
    """A word for a name: mostly itself, else another word or, upwards, a more general one."""
    draw = random_.random()
    words = by_name()[name].words
    if draw < 0.2 and words:
        return random_.choice(words)
    general = [other for other in kinds(name)[1:] if other not in ("landscape", "object")]
    return random_.choice(general) if upwards and draw < 0.4 and general else name
