"""What to be careful about where numbers are small."""

from collections import Counter
from collections.abc import Sequence

from fusion.language import later
from fusion.tasks import Example

FEW_TESTED = 50
FEW_SHOWN = 5
NAMED = 5


# Of classes, one and several, that are not trained on, not tested on, and hardly trained on.
UNTRAINED = (
    later("No training row has the class {names}, so it can hardly be answered."),
    later("No training row has the classes {names}, so they can hardly be answered."),
)
UNTESTED = (
    later("No test row has the class {names}, so nothing tells how well it is answered."),
    later("No test row has the classes {names}, so nothing tells how well they are answered."),
)
RARE = (
    later("Fewer than {few} training rows have the class {names}."),
    later("Fewer than {few} training rows have the classes {names}."),
)


def cautions(
    train: Sequence[Example], test: Sequence[Example], labels: Sequence[str], seeds: int
) -> list[str]:
    """A plain sentence each, and in any language by `say`."""
    found: list[str] = []
    if len(test) < FEW_TESTED:
        found.append(
            later("There are only {n} test rows: differences of a few points mean nothing here.", n=len(test))
        )
    shown, tested = (Counter(example.label for example in part) for part in (train, test))
    found += _of(UNTRAINED, [label for label in labels if not shown[label]])
    found += _of(UNTESTED, [label for label in labels if not tested[label]])
    found += _of(RARE, [label for label in labels if 0 < shown[label] < FEW_SHOWN], few=FEW_SHOWN)
    if seeds == 1:
        found.append(
            later("One seed was fitted: the intervals do not tell how much another fit would differ.")
        )
    return found


def _of(sentences: tuple[str, str], labels: Sequence[str], **values: object) -> list[str]:
    """The sentence on these classes, if there are any."""
    if not labels:
        return []
    one, several = sentences
    names = ", ".join(f"“{label}”" for label in labels[:NAMED])
    if (rest := len(labels) - NAMED) > 0:
        names = later("{names} and {n} more", names=names, n=rest)
    return [later(one if len(labels) == 1 else several, names=names, **values)]
