"""The contract of what a study is compared with, and the features that all of them read."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from fusion.data.samples import Samples
from fusion.progress import Progress
from fusion.registry import Registry


@dataclass(frozen=True)
class Features:
    """Pooled vectors of some samples, image (Q, D) and text (Q, E), and their classes (Q,)."""

    image: Tensor
    text: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Fitting:
    """What a baseline is given: rows to train on, rows to choose on, and the rows to answer.

    progress: called with what is being done, the step and the number of steps.
    """

    train: Features
    validation: Features
    test: Features
    classes: int
    seed: int
    progress: Progress


@dataclass(frozen=True)
class Baseline:
    """A registered baseline.

    answer: fits and gives the scores (Q, classes) of the test rows. by_chance: whether the seed matters;
    where it does not, `train` holds all training rows, those that others hold back too.
    """

    name: str
    summary: str
    source: str
    answer: Callable[[Fitting], Tensor]
    by_chance: bool


BASELINES: Registry[Baseline] = Registry("baseline")


def features(samples: Samples) -> Features:
    """The pooled vectors that strategies read too; zeros for a missing text."""
    image, text = (
        store.read(rows, sequences=False).pooled
        for store, rows in ((samples.images, samples.image_rows), (samples.texts, samples.text_rows))
    )
    return Features(image, text, samples.labels)


def standardised(given: Fitting) -> Fitting:
    """Every channel with mean 0 and spread 1 over the training rows."""

    def scaled(part: Features) -> Features:
        image, text = (
            (x - known.mean(0)) / known.std(0).clamp(min=1e-6)
            for x, known in ((part.image, given.train.image), (part.text, given.train.text))
        )
        return Features(image, text, part.labels)

    parts = (given.train, given.validation, given.test)
    train, validation, test = (scaled(part) for part in parts)
    return replace(given, train=train, validation=validation, test=test)


def concatenated(part: Features) -> Tensor:
    """(Q, D + E)."""
    return torch.cat([part.image, part.text], dim=1)
