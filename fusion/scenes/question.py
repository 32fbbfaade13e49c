"""A question about a scene, and what its makers share."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from fusion.scenes.meaning import general_words, may_be, same_words
from fusion.scenes.scene import Placed


@dataclass(frozen=True)
class Question:
    """kind: the type that evaluation reports apart. about: the object that it names, if one."""

    text: str
    answer: str
    kind: str
    about: Placed | None = None


class Seen(Protocol):
    """What questions are made from: a scene, or a photograph whose things are known.

    key: different for every different picture. placed: the things, and where. besides: a name for each other
    thing that is or may be in view, if only a part of it. also: names of what can be seen that has no thing
    placed, perhaps: of what may be. pool: the names that pictures like it show; asking for another
    would give the answer away.
    """

    @property
    def key(self) -> str: ...

    @property
    def placed(self) -> tuple[Placed, ...]: ...

    @property
    def besides(self) -> tuple[str, ...]: ...

    @property
    def also(self) -> tuple[str, ...]: ...

    @property
    def perhaps(self) -> tuple[str, ...]: ...

    @property
    def pool(self) -> tuple[str, ...]: ...


# Asks about what is seen; None where it gives no such question.
Maker = Callable[[random.Random, Seen], Question | None]


def means(word: str, thing: Placed, seen: Seen) -> bool:
    """Whether a word can mean this one thing alone."""
    others = (*(other.name for other in seen.placed if other is not thing), *seen.besides)
    return not thing.crowd and not any(word in may_be(name) for name in others)


def named(random_: random.Random, name: str, upwards: bool = True) -> str:
    """A word for a name: mostly itself, else another word or, upwards, a more general one."""
    draw = random_.random()
    words = same_words(name)
    if draw < 0.2 and words:
        return random_.choice(words)
    general = general_words(name)
    return random_.choice(general) if upwards and draw < 0.4 and general else name
