"""Questions about things that are placed by hand."""

import re

from fusion.colors import COLORS
from fusion.scenes.question import Question
from fusion.scenes.questions import questions
from fusion.scenes.scene import Placed, Scene
from fusion.vocabulary import by_name, kinds

YES_NO_COLOR = re.compile(rf"(?:Is|Are) (?:the (?P<word>.+)|this|it) (?P<color>{'|'.join(COLORS)})\?")


def at(name: str, x: float, y: float, side: float = 0.3, color: str = "") -> Placed:
    """A square thing with its middle at (x, y)."""
    return Placed(name, (x - side / 2, y - side / 2, x + side / 2, y + side / 2), color)


def asked(*placed: Placed, scenes: int = 80) -> list[Question]:
    """What is asked about these objects, in many wordings."""
    found: list[Question] = []
    for index in range(scenes):
        scene = Scene("train", index)
        scene.__dict__["placed"] = placed
        found += questions(scene)
    return found


def of_kind(kind: str, *placed: Placed) -> list[Question]:
    """Those of one type, at least a few."""
    found = [question for question in asked(*placed) if question.kind == kind]
    assert len(found) >= 5
    return found


def true_words(placed: tuple[Placed, ...]) -> set[str]:
    """Every word for what stands there."""
    return {w for p in placed for w in (*by_name()[p.name].all_words, *kinds(p.name))}
