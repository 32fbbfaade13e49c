"""Questions about a scene, as people ask them, with their answers."""

import random

from fusion.colors import COLORS
from fusion.scenes import asking_what, asking_where
from fusion.scenes.question import Maker, Question
from fusion.scenes.scene import COUNTS, Scene
from fusion.vocabulary import categories, vocabulary

A_SCENE = 6  # questions at the most


def questions(scene: Scene) -> tuple[Question, ...]:
    """Up to A_SCENE different questions, of as many types as the scene allows; the same ones each time."""
    random_ = random.Random(f"questions {scene.key}")
    placed = scene.placed
    made: list[Question] = []
    makers = list(MAKERS)
    random_.shuffle(makers)
    for make in [*makers, *makers]:
        if len(made) == A_SCENE or not placed:
            break
        question = make(random_, placed)
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
