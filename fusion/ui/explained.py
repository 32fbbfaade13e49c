"""What of an answer has been explained: remembered for one visitor, as long as the same is asked."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from anyio import CancelScope
from PIL import Image

from fusion.explain.base import Strike
from fusion.explain.explanation import DEFAULT, Explanation, explainers_of
from fusion.lens import Lens

Key = tuple[str, tuple[tuple[str, float], ...], str]  # strategy, its settings, explainer


@dataclass(eq=False)
class Explained:
    """explainer: the visitor's choice. shown: what stands for it where it cannot explain.

    about: the picture, the question and the lens of what is `known`. strike: what knows the parts of the
    question that have been encoded. waiting: for its turn, of what was wanted last. newest: of what was
    wanted.
    """

    explainer: str = DEFAULT
    shown: str = DEFAULT
    about: Any = None
    known: dict[Key, Explanation] = field(default_factory=dict)
    strike: Strike | None = None
    waiting: CancelScope | None = None
    newest: object = None

    def turn_to(self, about: Any) -> None:
        """Forget what is about something else."""
        if self.about != about:
            self.about, self.known, self.strike = about, {}, None

    def strike_of(self, about: Any) -> Strike | None:
        """What knows the parts of that question, where it is the one that was explained last."""
        return self.strike if self.about == about else None


@dataclass(frozen=True)
class Wanted:
    """An explanation that is to be shown: of a strategy's answer, by an explainer of those that can."""

    lens: Lens
    picture: Image.Image
    question: str
    strategy: str
    settings: dict[str, float]
    explainer: str
    able: tuple[str, ...]

    @property
    def about(self) -> Any:
        return self.picture, self.question, self.lens

    @property
    def key(self) -> Key:
        return self.strategy, tuple(sorted(self.settings.items())), self.explainer


def chosen(lens: Lens, strategy: str, explainer: str) -> tuple[str, tuple[str, ...]]:
    """The explainer, or the default one where it cannot explain this strategy, and all that can."""
    able = explainers_of(lens.model(strategy)[0])
    fitting = [name for name in (explainer, DEFAULT) if name in able]
    return (fitting or able)[0], able


def steps(memory: Explained, wanted: Wanted) -> Iterator[Explanation]:
    """The explanation as soon as there is one, then with the one check and with the other."""
    if memory.about == wanted.about and wanted.key in memory.known:  # found while this one waited
        yield memory.known[wanted.key]
        return
    strike = memory.strike_of(wanted.about)
    answered = wanted.lens.explaining(
        wanted.picture, wanted.question, wanted.strategy, wanted.settings, strike
    )
    if memory.about == wanted.about:
        memory.strike = answered.case.strike
    explanation = answered.by(wanted.explainer)
    yield explanation
    for modality in answered.modalities:
        check = answered.check(explanation, modality)
        explanation = replace(explanation, checks={**explanation.checks, modality: check})
        if modality == answered.modalities[-1] and memory.about == wanted.about:
            memory.known[wanted.key] = explanation
        yield explanation
