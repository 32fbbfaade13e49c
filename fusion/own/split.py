"""Which rows are tested on: those that say so, else about a fifth of each class."""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence

from fusion.own.problems import Problem, problem
from fusion.own.rows import Row

SHARE = 0.2  # of each class to test on
SEED = 0
LEAST = 4  # rows to choose by, as a study wants them


def parted(rows: Sequence[Row]) -> tuple[list[Row], list[Row], list[Problem]]:
    """The rows to train on (those held back for validation too), those to test on, and what to know."""
    problems = problem(
        "unknown-split",
        "{n} of a split that is none of train, validation and test: trained on.",
        [row.name for row in rows if row.split.strip() and not row.part],
    )
    part = {name: [row for row in rows if row.part == name] for name in ("train", "validation", "test", "")}
    test, trained = part["test"], part["train"] + part[""]
    held_back = part["validation"]
    if test and (not trained or len(held_back) < LEAST):  # nothing to train on, or too little to choose by
        problems += problem(
            "validation-trained",
            "{n} of validation: trained on, and others held back to choose by.",
            ["" for _ in held_back],
            severity="note",
        )
        held_back = [row.but(split="train") for row in held_back]
    rest = trained + held_back
    if not test and held_back and part["train"]:
        test, rest = held_back, trained
        problems += problem(
            "validation-tested",
            "{n} of validation: tested on, as there is no test split.",
            ["" for _ in test],
            severity="note",
        )
    if not test or not rest:
        rest, test = _drawn([row.but(split="") for row in rows])
    return *_apart(rest, test, problems), problems


def _apart(train: list[Row], test: Sequence[Row], problems: list[Problem]) -> tuple[list[Row], list[Row]]:
    """Both splits without what must not be tested; adds to `problems`."""
    trained, pictures = {(row.key, row.text) for row in train}, {row.key for row in train}
    problems += problem(
        "duplicates-across",
        "{n} of the test found in training too: taken out of the test.",
        [row.name for row in test if (row.key, row.text) in trained],
    )
    test = [row for row in test if (row.key, row.text) not in trained]
    problems += problem(
        "pictures-across",
        "{n} of the test whose picture is trained on with another text: that makes the test easier.",
        [row.name for row in test if row.key in pictures],
    )
    labels = {row.label for row in train}
    problems += problem(
        "labels-untrained",
        "{n} of the test with a label that training lacks: left out.",
        [row.name for row in test if row.label not in labels],
    )
    return train, [row for row in test if row.label in labels]


def _drawn(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """About a fifth of each class to test on, no picture in both parts; where there are too few pictures for
    that, no picture with the same text."""
    train, test = _stratified(rows, lambda row: row.key)
    labels = {row.label for row in train}
    if len(labels & {row.label for row in test}) > 1 and len(test) < len(train):
        return train, test
    return _stratified(rows, lambda row: f"{row.key} {row.text}")


def _stratified(rows: Sequence[Row], group: Callable[[Row], str]) -> tuple[list[Row], list[Row]]:
    """Whole groups by the seed: of each class the groups that are of it alone, and of all others together.

    Scikit-learn's StratifiedGroupKFold may leave a class out of training, and takes time by groups x classes.
    """
    labels: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        labels[group(row)].add(row.label)
    strata: dict[str, list[str]] = defaultdict(list)
    for key, found in labels.items():
        strata[found.pop() if len(found) == 1 else ""].append(key)
    tested: set[str] = set()
    draw = random.Random(SEED)
    for _, keys in sorted(strata.items()):
        if len(keys) > 1:
            tested.update(draw.sample(keys, max(1, round(SHARE * len(keys)))))
    return [row for row in rows if group(row) not in tested], [row for row in rows if group(row) in tested]
