"""The baselines, fitted on the tokens that the strategies were fitted on."""

import time

import numpy as np
import torch

from fusion.data.samples import Samples
from fusion.language import later
from fusion.progress import Progress
from fusion.study.baselines import BASELINES
from fusion.study.baselines.base import Baseline, Fitting, features
from fusion.study.fits import Cuts
from fusion.study.result import BaselineResult

MOST = 5000  # rows to train on, whose pooled vectors a baseline holds in memory all at once


def fit_baselines(
    samples: Samples, parts: Cuts, test: Samples, classes: int, progress: Progress
) -> list[BaselineResult]:
    """Each on the same cuts as the strategies, or once on all training rows where nothing is drawn; on MOST
    rows of these where there are more."""
    return [
        _fitted(baseline, samples, parts, test, classes, progress, (i, len(BASELINES)))
        for i, baseline in enumerate(BASELINES)
    ]


def _fitted(
    baseline: Baseline,
    samples: Samples,
    parts: Cuts,
    test: Samples,
    classes: int,
    progress: Progress,
    place: tuple[int, int],
) -> BaselineResult:
    def told(what: str, done: int, total: int) -> None:
        progress(later("comparing with {name}", name=later(what)), *place)

    right, seconds = [], []
    for seed, (train, validation) in enumerate(parts if baseline.by_chance else [(samples, parts[0][1])]):
        start = time.perf_counter()
        some = (_some(train, seed), _some(validation, seed), test)
        known, held_back, asked = (features(part) for part in some)
        scores = baseline.answer(Fitting(known, held_back, asked, classes, seed, told))
        right.append(test.right(scores).numpy())
        seconds.append(time.perf_counter() - start)
    return BaselineResult(
        baseline.name, baseline.summary, baseline.source, np.stack(right), sum(seconds) / len(seconds)
    )


def _some(samples: Samples, seed: int) -> Samples:
    if len(samples) <= MOST:
        return samples
    drawn = torch.randperm(len(samples), generator=torch.Generator().manual_seed(seed))
    return samples.subset(drawn[:MOST])
