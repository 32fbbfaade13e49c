"""A question about a scene, and what its makers share."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from fusion.scenes.scene import Placed
from fusion.vocabulary import by_name, kinds


@dataclass(frozen=True)
class Question:
    """kind: the type that evaluation reports apart. about: the object that it names, if one."""

    text: str
    answer: str
    kind: str
    about: Placed | None = None


# Asks about the things in a scene; None where they give no such question.
Maker = Callable[[random.Random, tuple[Placed, ...]], Question | None]


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
