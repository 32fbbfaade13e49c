"""How accurate classes from a few examples are, on the test split of a task and beside zero-shot."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from fusion.data.samples import picture_of
from fusion.errors import UserError
from fusion.inputs import clean_text
from fusion.progress import Progress
from fusion.spaces import pair_in_space
from fusion.tasks import Example, TaskRecord
from fusion.teach.given import MAX_EXAMPLES
from fusion.teach.reading import Seen, seen
from fusion.teach.taught import ZERO_SHOT, Taught
from fusion.teach.teaching import assembled


def few_shot(
    record: TaskRecord,
    image_encoder: str,
    text_encoder: str,
    shots: Sequence[int],
    draws: int,
    progress: Progress,
) -> list[dict[str, Any]]:
    """A row for each number of examples a class and each way to answer: mean accuracy over the draws, and
    what it gains over zero-shot with a 95 % interval that covers other draws and other test examples.

    Examples are drawn from the training split; a draw of fewer is the beginning of the draw of more. Raises
    UserError for numbers of examples that cannot be used and where a class has too few.
    """
    if not shots or not all(1 <= k <= MAX_EXAMPLES for k in shots) or draws < 2:
        raise UserError(f"Give from 1 to {MAX_EXAMPLES} examples a class, and at least 2 draws.")
    pair = pair_in_space(image_encoder, text_encoder)
    train, test = record.examples("train"), record.examples("test")
    drawn = [_drawn(train, record.labels, max(shots), seed) for seed in range(draws)]
    wanted = sorted({i for by_class in drawn for rows in by_class for i in rows})
    read: list[dict[str, Seen]] = []
    examples = [*(train[i] for i in wanted), *test]
    for i, example in enumerate(examples):
        read.append(seen(picture_of(example.picture), clean_text(example.text), record.labels, *pair))
        progress("reading the examples", i + 1, len(examples))
    by_row = dict(zip(wanted, read, strict=False))
    asked = read[len(wanted) :]
    queries, names = ({m: torch.stack([r[m][p] for r in asked]) for m in asked[0]} for p in (0, 1))
    truth = torch.tensor([record.labels.index(example.label) for example in test])
    rows = []
    for k in sorted(set(shots)):
        right: dict[str, list[Tensor]] = defaultdict(list)  # by way, a draw each
        left_out = []
        for n, by_class in enumerate(drawn):
            taught = _taught(record.labels, [rows_[:k] for rows_ in by_class], by_row, pair)
            left_out.append(taught.leave_one_out)
            for way, logits in taught.logits(queries, names).items():
                right[way].append(logits.argmax(1) == truth)
            progress(f"{k} examples a class", n + 1, draws)
        for way, hits in right.items():
            row = _row(k, way, hits, right.get(ZERO_SHOT))
            rows.append(row | ({"leave_one_out": float(np.mean(left_out))} if way != ZERO_SHOT else {}))
    return rows


def _drawn(train: Sequence[Example], labels: Sequence[str], most: int, seed: int) -> list[list[int]]:
    """Rows of `most` training examples of each label."""
    order = torch.randperm(len(train), generator=torch.Generator().manual_seed(seed)).tolist()
    found = [[i for i in order if train[i].label == label][:most] for label in labels]
    for label, rows in zip(labels, found, strict=True):
        if len(rows) < most:
            raise UserError(f"{label} has only {len(rows)} training examples; ask for fewer.")
    return found


def _taught(
    labels: Sequence[str],
    drawn: Sequence[Sequence[int]],
    read: dict[int, dict[str, Seen]],
    pair: tuple[str, str],
) -> Taught:
    classes = torch.tensor([c for c, rows in enumerate(drawn) for _ in rows])
    return assembled(labels, classes, [read[i] for rows in drawn for i in rows], *pair).fine_tuned()


def _row(shots: int, way: str, hits: Sequence[Tensor], zero_shot: Sequence[Tensor] | None) -> dict[str, Any]:
    right = torch.stack(list(hits)).double().numpy()  # (draws, Q)
    row = {"shots": shots, "strategy": way, "accuracy": float(right.mean()), "draws": right.mean(1).tolist()}
    if zero_shot is not None and way != ZERO_SHOT:
        from fusion.study.scores import estimate  # a study needs fusion.evaluate, which needs this file

        gained = right - zero_shot[0].double().numpy()
        found = estimate(gained, [str(i) for i in range(gained.shape[1])])
        row["over_zero_shot"] = {"difference": found.mean, "interval": found.interval}
    return row


def as_lines(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The rows for a terminal, in percent."""
    if not rows:
        return []
    lines = ["", f"{'examples a class':<18}{'':<15}{'accuracy':>9}  {'over zero-shot':<24}"]
    for row in rows:
        line = f"{row['shots']:<18}{row['strategy']:<15}{row['accuracy']:>9.1%}"
        if gain := row.get("over_zero_shot"):
            low, high = gain["interval"]
            line += f"  {100 * gain['difference']:+.1f} points ({100 * low:+.1f} to {100 * high:+.1f})"
        lines.append(line)
    return lines
