"""Answers beside answers: which one has the majority, in which order they stand, and what moves them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from fusion.answer import Answer, Reply
from fusion.strategies import STRATEGIES

Thing = tuple[str, ...]  # of an input: ("question",), ("setting", strategy, parameter)


@dataclass(frozen=True)
class Asked:
    """An input and what it went through; equal where nothing was changed.

    picture: its content key, "" without one. settings: made by hand, of each strategy that has any.
    """

    picture: str
    question: str
    task: str
    image_encoder: str
    text_encoder: str
    settings: Mapping[str, Mapping[str, float]]

    def things(self) -> dict[Thing, str | float]:
        """Each thing that can be changed by itself."""
        found: dict[Thing, str | float] = {
            (name,): value for name, value in vars(self).items() if name != "settings"
        }
        for strategy, by_hand in self.settings.items():
            found |= {("setting", strategy, name): value for name, value in by_hand.items()}
        return found


@dataclass(frozen=True)
class Difference:
    """A thing that two inputs differ in; None where a setting was left as learned."""

    thing: Thing
    before: str | float | None
    after: str | float | None


def differences(before: Asked, after: Asked) -> tuple[Difference, ...]:
    """Everything that was changed from one input to the other, none where they are the same."""
    old, new = before.things(), after.things()
    every = dict.fromkeys([*old, *new])
    return tuple(
        Difference(thing, old.get(thing), new.get(thing))
        for thing in every
        if old.get(thing) != new.get(thing)
    )


@dataclass(frozen=True)
class Shift:
    """A strategy's answers to two inputs; None where it did not answer one of them."""

    strategy: str
    before: Answer | None
    after: Answer | None

    @property
    def changed(self) -> bool:
        """Whether it answers both, and something else."""
        return self.before is not None and self.after is not None and self.before.label != self.after.label

    @property
    def confidence(self) -> float | None:
        """By how much the confidence in its answer rose, as a difference of probabilities."""
        if self.before is None or self.after is None:
            return None
        return self.after.probability - self.before.probability

    @property
    def kept(self) -> float | None:
        """The probability of its first answer given the second input; None where it knows none such."""
        if self.before is None or self.after is None:
            return None
        return dict(self.after.answers).get(self.before.label)

    @property
    def contribution(self) -> tuple[float, float, float] | None:
        """By how much the shares of picture and text, and the synergy, rose; None where one is not known."""
        old = None if self.before is None else self.before.contribution
        new = None if self.after is None else self.after.contribution
        if old is None or new is None:
            return None
        return new.image - old.image, new.text - old.text, new.synergy - old.synergy


def shifts(before: Reply, after: Reply) -> tuple[Shift, ...]:
    """Of every strategy that answered either, in the order of the second."""
    old = {answer.strategy: answer for answer in before.results}
    new = {answer.strategy: answer for answer in after.results}
    return tuple(Shift(name, old.get(name), new.get(name)) for name in dict.fromkeys([*new, *old]))


def fuses(answer: Answer) -> bool:
    """True for a fusion strategy's, false for a unimodal baseline's or a reference model's."""
    return answer.strategy in STRATEGIES and STRATEGIES[answer.strategy].modality == "both"


def majority(answers: Iterable[Answer]) -> str | None:
    """The answer that most fusion strategies give; None where no answer has more of them than any other."""
    votes = Counter(answer.label for answer in answers if fuses(answer)).most_common(2)
    if not votes or (len(votes) == 2 and votes[0][1] == votes[1][1]):
        return None
    return votes[0][0]


_KEYS: dict[str, Callable[[Answer], float]] = {
    "confidence": lambda answer: -answer.probability,
    "time": lambda answer: answer.milliseconds,
    "size": lambda answer: answer.parameters,
    "accuracy": lambda answer: -1.0 if answer.accuracy is None else -1.0 - answer.accuracy,
}
LISTED, BY_ANSWER = "listed", "answer"
ORDERS = (LISTED, BY_ANSWER, *_KEYS)


def ordered(answers: Iterable[Answer], by: str) -> list[Answer]:
    """The answers as listed, or by one of ORDERS: the same answers together and the most given first, the
    most confident, the quickest, the smallest or the most accurate first."""
    found = list(answers)
    if by == BY_ANSWER:
        votes = Counter(answer.label for answer in found)
        return sorted(found, key=lambda answer: (-votes[answer.label], answer.label, -answer.probability))
    return found if by == LISTED else sorted(found, key=_KEYS[by])
