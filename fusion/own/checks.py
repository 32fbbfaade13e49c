"""From rows as they stand to a data set: what cannot be used is left out, and each problem is told."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress

from fusion.errors import UserError
from fusion.inputs import MAX_RAW_TEXT, MAX_TEXT, MOST_OF_ONE, clean_text
from fusion.language import later, say
from fusion.own.own_data import OwnData
from fusion.own.pictures import seen
from fusion.own.problems import Problem, problem, some
from fusion.own.rows import Gathered, Row
from fusion.own.split import parted
from fusion.progress import Progress
from fusion.tasks import Example

MAX_CLASSES = 1000
MAX_LABEL = 200  # characters
UNEVEN = 10  # times as many rows of one class as of another
FEW = 10  # rows to test on, below which a score says nothing


def checked(gathered: Gathered, progress: Progress) -> OwnData:
    """The data set, or UserError where nothing can be learnt from it."""
    rows, problems = list(gathered.rows), list(gathered.problems)
    for step in (_labelled, _found):
        rows, told = step(rows)
        problems += told
    # Before any picture is opened, as this may take long.
    rows, told = _within(rows, gathered.asks)
    problems += told
    rows, told = _read(rows, progress)
    problems += told
    for step in (_texts, _repeated):
        rows, told = step(rows)
        problems += told
    _two_classes(rows)
    if max(Counter(row.label for row in rows).values()) == 1:
        raise UserError(
            say("Every label has a single row, so that none can be tested; bring several of each.")
        )
    problems += _contradicted(rows) + _alone(rows) + _spelt(rows)
    train, test, told = parted(rows)
    problems += told + _proportions(train, test)
    if len(test) == 0 or len({row.label for row in train}) < 2:
        raise UserError(
            say("Too little is left to train and test on once rows that stand in both splits are taken out.")
        )
    return OwnData(
        name=gathered.name,
        train=tuple(_example(row) for row in train),
        test=tuple(_example(row) for row in test),
        labels=tuple(sorted({row.label for row in train})),
        problems=tuple(sorted(problems, key=lambda found: found.severity == "note")),
    )


def _example(row: Row) -> Example:
    assert row.picture is not None
    return Example(
        picture=row.picture,
        text=row.text,
        label=row.label,
        kind=row.kind or "all",
        group=row.key,
        accepted=row.accepted,
        validation=row.part == "validation",
    )


def _labelled(rows: Sequence[Row]) -> tuple[list[Row], list[Problem]]:
    cleaned = [row.but(label=_cut(row.label[:MAX_LABEL])) for row in rows]
    without = [row.name for row in cleaned if not row.label]
    kept = [row for row in cleaned if row.label]
    if not kept:
        raise UserError(
            say("No row has a label; fill the column label, or bring a folder of pictures a class.")
        )
    return kept, problem("no-label", "{n} without a label: left out.", without)


def _found(rows: Sequence[Row]) -> tuple[list[Row], list[Problem]]:
    missing = [row.name for row in rows if row.picture is None]
    if len(missing) == len(rows):
        raise UserError(
            say(
                "None of the pictures that the rows name is there, {name!r} for one; bring them beside the "
                "table, under these names.",
                name=missing[0],
            )
        )
    told = problem("missing-pictures", "{n} whose picture is not there: left out.", missing)
    return [row for row in rows if row.picture is not None], told


def _within(rows: Sequence[Row], asks: bool) -> tuple[list[Row], list[Problem]]:
    """Not more than MAX_CLASSES: of answers to questions the most frequent."""
    counts = Counter(row.label for row in rows)
    if len(counts) <= MAX_CLASSES:
        _two_classes(rows)
        return list(rows), []
    if not asks:
        raise UserError(
            say(
                "There are {n:,} different labels, over {most:,}; is the right column called label, with one "
                "class a row?",
                n=len(counts),
                most=MAX_CLASSES,
            )
        )
    kept = {label for label, _ in counts.most_common(MAX_CLASSES)}
    told = problem(
        "rare-answers",
        "{n} with an answer that is not among the {most:,} most frequent of {all:,}: left out of every "
        "score.",
        [row.label for row in rows if row.label not in kept],
        most=MAX_CLASSES,
        all=len(counts),
    )
    return [row for row in rows if row.label in kept], told


def _read(rows: Sequence[Row], progress: Progress) -> tuple[list[Row], list[Problem]]:
    pictures = list(dict.fromkeys(row.picture for row in rows if row.picture is not None))
    keys = dict(seen(pictures, progress))
    broken = [row.name for row in rows if row.picture is not None and not keys[row.picture]]
    if len(broken) == len(rows):
        raise UserError(
            say("None of the pictures can be read; use PNG, JPEG, WebP, GIF, BMP, TIFF, PPM or AVIF.")
        )
    kept = [row.but(key=keys[row.picture]) for row in rows if row.picture is not None and keys[row.picture]]
    told = problem("unreadable-pictures", "{n} with a picture that cannot be read: left out.", broken)
    return kept, told


def _texts(rows: Sequence[Row]) -> tuple[list[Row], list[Problem]]:
    cleaned = [row.but(text=_cut(row.text)) for row in rows]
    long = [row.name for row in rows if len(row.text) > MAX_TEXT]
    told = problem("long-texts", "{n} with a text over {most:,} characters: cut there.", long, most=MAX_TEXT)
    empty = [row.name for row in cleaned if not row.text]
    if len(empty) == len(rows):
        told += problem(
            "no-texts",
            "There are no texts: every strategy has the pictures alone to go by.",
            [""] * len(rows),
        )
    else:
        told += problem(
            "empty-texts", "{n} without a text: kept for the picture alone.", empty, severity="note"
        )
    return cleaned, told


def _cut(text: str) -> str:
    """The text as it is encoded later: cleaned, at most MAX_TEXT characters."""
    for most in (MAX_RAW_TEXT, MAX_TEXT):
        with suppress(UserError):
            return clean_text(text[:most])
    return clean_text(text[: MAX_TEXT // MOST_OF_ONE])


def _repeated(rows: Sequence[Row]) -> tuple[list[Row], list[Problem]]:
    """Each different row of a split once."""
    kept: dict[tuple[str, ...], Row] = {}
    again = []
    for row in rows:
        if kept.setdefault((row.key, row.text, row.label, row.part), row) is not row:
            again.append(row.name)
    told = problem(
        "repeats",
        "{n} equal to another in picture, text and label: left out.",
        again,
        severity="note",
    )
    return list(kept.values()), told


def _two_classes(rows: Sequence[Row]) -> None:
    labels = sorted({row.label for row in rows})
    if len(labels) < 2:
        raise UserError(
            say(
                "Every row that can be used has the same label, {label!r}; there must be two classes or more "
                "to tell apart.",
                label=labels[0],
            )
        )


def _contradicted(rows: Sequence[Row]) -> list[Problem]:
    labels: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        labels[row.key, row.text].add(row.label)
    torn = [row.name for row in rows if len(labels[row.key, row.text]) > 1]
    return problem(
        "conflicts",
        "{n} with the picture and text of another but a different label: no strategy can get all of them "
        "right.",
        torn,
    )


def _alone(rows: Sequence[Row]) -> list[Problem]:
    counts = Counter(row.label for row in rows)
    return problem(
        "single-examples",
        "{n} with a single row: trained on, never tested.",
        [label for label, count in counts.items() if count == 1],
        "class",
    )


def _spelt(rows: Sequence[Row]) -> list[Problem]:
    """Labels that may be meant to be one."""
    spelt: dict[str, list[str]] = defaultdict(list)
    for label in sorted({row.label for row in rows}):
        spelt[label.casefold()].append(label)
    twins = [" / ".join(labels) for labels in spelt.values() if len(labels) > 1]
    return problem(
        "spellings",
        "{n} in spellings that differ by capital letters alone: each taken for a class of its own.",
        twins,
        "label",
    )


def _proportions(train: Sequence[Row], test: Sequence[Row]) -> list[Problem]:
    """How uneven the classes are, and how few rows there are to test on."""
    counts = Counter(row.label for row in train)
    (most, top), (least, low) = counts.most_common()[0], counts.most_common()[-1]
    told = []
    if top >= UNEVEN * low:
        told += [
            Problem(
                "imbalance",
                later(
                    "Uneven classes: {most} to train on of {label!r} ({share:.0%} of all), {least} of "
                    "{rare!r}; weigh the classes or draw them evenly when you fit, and compare every "
                    "accuracy with that share.",
                    most=some(top, "row"),
                    label=most,
                    share=top / len(train),
                    least=some(low, "row"),
                    rare=least,
                ),
                top,
            )
        ]
    if len(test) < FEW * len(counts):
        told += [
            Problem(
                "small-test",
                later(
                    "Only {rows} to test {classes:,} classes on: expect wide intervals.",
                    rows=some(len(test), "row"),
                    classes=len(counts),
                ),
                len(test),
            )
        ]
    return told
