"""Every strategy fitted with every seed on tokens that are encoded once."""

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from fusion import checkpoint
from fusion.answering import answered
from fusion.data.samples import Samples
from fusion.device import accelerator, device
from fusion.domain import Domain
from fusion.errors import UserError
from fusion.fitting import Material, fit_one
from fusion.language import later, say
from fusion.model import FusionModel
from fusion.progress import Progress
from fusion.recipe import Recipe
from fusion.strategies import STRATEGIES
from fusion.study.coarse import coarser
from fusion.study.recipe import VALIDATION_SHARE, study_recipe
from fusion.study.result import Result
from fusion.timing import median_s
from fusion.train import predict

LEAST = 4  # rows to train on and to hold back
Cuts = Sequence[tuple[Samples, Samples]]  # to train on and to hold back, a pair for each seed


def cuts(samples: Samples, seeds: int) -> Cuts:
    """The training split, cut anew for each seed; raises UserError where there is too little to cut."""
    found = [samples.split(VALIDATION_SHARE, seed) for seed in range(seeds)]
    if min(len(part) for cut in found for part in cut) < LEAST:
        raise UserError(
            say(
                "There are {n} rows to train on, too few to hold some back for choosing; give 20 or more, of "
                "several pictures.",
                n=len(samples),
            )
        )
    return found


def fit_all(
    material: Material,
    parts: Cuts,
    test: Samples,
    strategies: Sequence[str],
    recipe: Recipe | None,
    changes: Mapping[str, Any],
    progress: Progress,
    folder: Path,
) -> list[Result]:
    """Fit each strategy on each cut; what each seed's fit answers on the test, and the checkpoint of the seed
    that is best on what it held back, in `folder`. Of several processes all must call this."""
    main = accelerator().is_main_process
    if main:
        Domain.fit(*parts[0]).save(folder / "domain.safetensors")
    coarse = coarser(material.samples.images, folder / "coarse")
    small = [(replace(one, images=coarse), replace(other, images=coarse)) for one, other in parts]
    results = []
    for i, strategy in enumerate(strategies):
        what = later("fitting {strategy}", strategy=strategy)
        told = partial(_tell, progress, what, i * len(parts), len(strategies) * len(parts))
        pooled = STRATEGIES[strategy].grid is None
        read = parts if pooled else small
        results.append(_fit_seeds(material, read, test, strategy, recipe, changes, told, folder))
    if main:
        for name in ("coarse", "drafts"):
            shutil.rmtree(folder / name, ignore_errors=True)
    return results


def _fit_seeds(
    material: Material,
    parts: Cuts,
    test: Samples,
    strategy: str,
    recipe: Recipe | None,
    changes: Mapping[str, Any],
    tell: Callable[[int], None],
    folder: Path,
) -> Result:
    """tell: called at every step with how many seeds are fitted."""
    kept = folder / f"{strategy}.safetensors"
    drafts = folder / "drafts"
    right, validation, seconds = [], [], []
    logits, best = torch.empty(0), -1
    for seed, cut in enumerate(parts):
        usual = recipe or study_recipe(strategy, len(cut[0]), seed)
        chosen = replace(usual, **changes, seed=seed)
        start = time.perf_counter()
        grid = None if STRATEGIES[strategy].grid is None else cut[0].images.grid
        fit_one(material, cut, strategy, "", chosen, lambda *_, seed=seed: tell(seed), drafts, grid=grid)
        seconds.append(time.perf_counter() - start)
        accelerator().wait_for_everyone()  # the main process has written it
        model, card = checkpoint.load(drafts / kept.name)
        answers = predict(model.to(device()), test)
        right.append(test.right(answers).numpy())
        validation.append(card.validation_accuracy)
        if best < 0 or validation[-1] > validation[best]:
            best, logits = seed, answers
            if accelerator().is_main_process:
                (drafts / kept.name).replace(kept)
    accelerator().wait_for_everyone()
    probabilities, found = logits.softmax(1).max(1)
    model, _ = checkpoint.load(kept)
    return Result(
        strategy=strategy,
        right=np.stack(right),
        validation=tuple(validation),
        best=best,
        path=kept,
        answers=found.numpy(),
        probabilities=probabilities.numpy(),
        expected=_expected(logits.softmax(1), test.labels).numpy(),
        parameters=model.parameter_count,
        fit_s=sum(seconds) / len(seconds),
        milliseconds=_milliseconds(model.to(device()), test),
    )


def _tell(progress: Progress, what: str, before: int, total: int, fitted: int) -> None:
    progress(what, before + fitted, total)


def _expected(probabilities: Tensor, labels: Tensor) -> Tensor:
    """The probability of the right class; 0 for a label that is no class."""
    known = labels.clamp(min=0)
    return probabilities[torch.arange(len(labels)), known] * (labels >= 0)


def _milliseconds(model: FusionModel, test: Samples) -> float:
    """The time of one answer."""
    image = test.images.read(test.image_rows[:1]).to(device())
    text = test.texts.read(test.text_rows[:1]).to(device())
    return 1000 * median_s(lambda: answered(model, image, text, [""] * model.config.classes, {}, False), 5)
