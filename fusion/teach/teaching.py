"""From examples to what was taught."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from fusion.pairs import pair_or_default
from fusion.progress import Progress, silent
from fusion.spaces import pair_in_space
from fusion.teach.balance import balanced
from fusion.teach.cache_model import LeftOut, fitted
from fusion.teach.given import Example, Shot, check, read
from fusion.teach.reading import Seen, seen
from fusion.teach.taught import Side, Taught
from fusion.teach.trial import trial

LEAST_SCALE = 0.05


def teach(
    examples: Mapping[str, Sequence[Example]],
    image_encoder: str | None = None,
    text_encoder: str | None = None,
    progress: Progress = silent,
) -> Taught:
    """Classes from 1 to 16 examples each, without training.

    examples: by the name of the class; each is a picture, or a picture and a text of which one may be None.
    What cannot be read is left aside and named in `Taught.problems`. Raises UserError for fewer than two
    classes, for a class without examples, and for names that cannot be used.
    """
    shots, problems = read(examples)
    labels = list(dict.fromkeys(shot.label for shot in shots))
    pair = pair_or_default(None, image_encoder, text_encoder)
    return learned(labels, shots, *pair, problems=problems, progress=progress)


def learned(
    labels: Sequence[str],
    shots: Sequence[Shot],
    image_encoder: str,
    text_encoder: str,
    problems: tuple[str, ...] = (),
    progress: Progress = silent,
) -> Taught:
    """What cleaned examples teach; raises UserError where they are too few."""
    check(labels, shots)
    pair = pair_in_space(image_encoder, text_encoder)
    read_: list[dict[str, Seen]] = []
    for i, shot in enumerate(shots):
        read_.append(seen(shot.picture, shot.text, labels, *pair))
        progress("reading the examples", i + 1, len(shots))
    classes = torch.tensor([labels.index(shot.label) for shot in shots])
    return replace(assembled(labels, classes, read_, *pair), problems=tuple(problems))


def assembled(
    labels: Sequence[str],
    classes: Tensor,
    examples: Sequence[Mapping[str, Seen]],
    image_encoder: str,
    text_encoder: str,
) -> Taught:
    """What examples teach that were read before; classes: (N,) of each."""
    sides: dict[str, Side] = {}
    told: dict[str, LeftOut] = {}
    for modality, encoder in (("image", image_encoder), ("text", text_encoder)):
        rows = torch.tensor([i for i, example in enumerate(examples) if modality in example])
        if len(rows):
            having = [examples[i][modality] for i in rows.tolist()]
            keys, names = (torch.stack(vectors) for vectors in zip(*having, strict=True))
            sides[modality], told[modality] = _side(encoder, rows, keys, names, classes, len(labels))
    weights, honest = balanced(told, {m: side.rows for m, side in sides.items()}, classes)
    sides = {m: replace(side, weight=weights[m]) for m, side in sides.items()}
    best = honest.topk(2, dim=1).values
    right = (honest.argmax(1) == classes) & (best[:, 0] > best[:, 1])  # a tie tells nothing
    return Taught(tuple(labels), image_encoder, text_encoder, sides, classes, trial(right, classes))


def _side(
    encoder: str, rows: Tensor, keys: Tensor, names: Tensor, classes: Tensor, n: int
) -> tuple[Side, LeftOut]:
    """A modality's part, and how its examples are told when they are left out."""
    model, told = fitted(keys, classes[rows], names, n)
    mean = keys.mean(0)
    scale = max(float((keys - mean).norm(dim=1).mean()), LEAST_SCALE)
    return Side(encoder, model, rows, names, mean, scale), told
