"""Questions about a scene, as people ask them, with their answers."""

import random
from collections.abc import Sequence

from fusion.colors import COLORS
from fusion.scenes import asking_what, asking_where
from fusion.scenes.question import Maker, Question, Seen
from fusion.scenes.scene import COUNTS
from fusion.vocabulary import categories, vocabulary

A_SCENE = 6  # questions at the most


def questions(seen: Seen, makers: Sequence[Maker] | None = None) -> tuple[Question, ...]:
    """Up to A_SCENE different questions, of as many types as what is seen allows; the same ones each time.

    makers: of the types to ask, all unless given.
    """
    random_ = random.Random(f"questions {seen.key}")
    made: list[Question] = []
    turns = list(MAKERS if makers is None else makers)
    random_.shuffle(turns)
    for make in [*turns, *turns]:
        if len(made) == A_SCENE or not seen.placed:
            break
        question = make(random_, seen)
        if question is not None and question.text not in {other.text for other in made}:
            made.append(question)
    return tuple(made)


def possible_answers(names: frozenset[str]) -> tuple[str, ...]:
    """Every answer, names in the order of the vocabulary first."""
    known = [name.name for name in vocabulary() if name.name in names]
    parents = [name.parent for name in vocabulary() if name.parent]
    rest = [*parents, *categories(), *COLORS, *map(str, COUNTS), *asking_where.PLACES, "yes", "no"]
    return tuple(dict.fromkeys([*known, *rest]))


# A type that stands here twice is asked twice as often.
MAKERS: tuple[Maker, ...] = (
    asking_what.name,
    asking_what.name,
    asking_what.category,
    asking_what.present,
    asking_what.present,
    asking_what.choice,
    asking_where.color,
    asking_where.color,
    asking_where.count,
    asking_where.position,
    asking_where.relation,
    asking_where.size,
)
# Of photographs of mostly one kind of thing, with names in plenty beside it.
OF_PHOTOGRAPHS: tuple[Maker, ...] = (
    asking_what.present,
    asking_what.present,
    asking_what.present,
    asking_where.color,
    asking_where.color,
    asking_where.count,
    asking_where.position,
)
