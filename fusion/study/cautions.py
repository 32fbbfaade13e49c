"""What to be careful about where numbers are small."""

from collections import Counter
from collections.abc import Sequence

from fusion.tasks import Example

FEW_TESTED = 50
FEW_SHOWN = 5
NAMED = 5


def cautions(
    train: Sequence[Example], test: Sequence[Example], labels: Sequence[str], seeds: int
) -> list[str]:
    """A plain sentence each."""
    found = []
    if len(test) < FEW_TESTED:
        found.append(f"There are only {len(test)} test rows: differences of a few points mean nothing here.")
    shown, tested = (Counter(example.label for example in part) for part in (train, test))
    for what, counts, end in (
        ("training", shown, "so it can hardly be answered"),
        ("test", tested, "so nothing tells how well it is answered"),
    ):
        if missing := [label for label in labels if not counts[label]]:
            names, pronoun = _named(missing), end if len(missing) == 1 else end.replace(" it ", " they ")
            pronoun = pronoun.replace(" is answered", " are answered") if len(missing) > 1 else pronoun
            found.append(f"No {what} row has the {names}, {pronoun}.")
    if rare := [label for label in labels if 0 < shown[label] < FEW_SHOWN]:
        found.append(f"Fewer than {FEW_SHOWN} training rows have the {_named(rare)}.")
    if seeds == 1:
        found.append("One seed was fitted: the intervals do not tell how much another fit would differ.")
    return found


def _named(labels: Sequence[str]) -> str:
    kind = "class" if len(labels) == 1 else "classes"
    names = ", ".join(f"“{label}”" for label in labels[:NAMED])
    rest = len(labels) - NAMED
    return f"{kind} {names}" + (f" and {rest} more" if rest > 0 else "")
