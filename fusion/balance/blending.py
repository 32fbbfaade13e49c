"""Gradient blending: how much the losses of either modality alone and of both together should weigh.

Wang et al. 2020, arXiv 1905.12681, its offline form: weights are measured once, before the fit.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from fusion.data.samples import Samples
from fusion.device import accelerator
from fusion.forward import forward, predict
from fusion.model import FusionModel
from fusion.recipe import Recipe

# What a sample goes without in each view: its picture, its text.
VIEWS = ((False, False), (False, True), (True, False))  # both, the picture alone, the text alone
TRIAL_EPOCHS = 2
MOST = 4096  # samples that a trial trains on
LEAST = 1e-3  # nats of overfitting; below it is noise, and its square a divisor


@dataclass(frozen=True)
class Trial:
    """Losses in nats before and after a short training of one view."""

    train: tuple[float, float]
    validation: tuple[float, float]

    @property
    def gain(self) -> float:
        """How much the loss on held-out samples fell, G; 0 where it rose."""
        return max(0.0, self.validation[0] - self.validation[1])

    @property
    def overfitting(self) -> float:
        """How much further apart the losses on held-out and on trained samples are than before, O."""
        before, after = (held - seen for held, seen in zip(self.validation, self.train, strict=True))
        return max(LEAST, abs(after - before))


def weights_of(trials: Sequence[Trial]) -> tuple[float, ...]:
    """w_k = (1 / Z) G_k / O_k^2, summing to 1 (proposition 1); equal where nothing gained."""
    raw = [trial.gain / trial.overfitting**2 for trial in trials]
    total = sum(raw)
    return tuple(x / total if total else 1 / len(raw) for x in raw)


def blend(model: FusionModel, train: Samples, validation: Samples, recipe: Recipe) -> tuple[float, ...]:
    """Weights of the losses of each of VIEWS: a copy of the model learns from each for TRIAL_EPOCHS.

    At most MOST training samples are learned from; the model itself is left as it is. The same in all
    processes that fit together.
    """
    torch.manual_seed(recipe.seed)
    some = train.subset(torch.randperm(len(train))[:MOST])
    return weights_of([_trial(model, some, validation, lost, recipe.rate) for lost in VIEWS])


def _trial(
    model: FusionModel, train: Samples, validation: Samples, lost: tuple[bool, bool], rate: float
) -> Trial:
    model = copy.deepcopy(model).to(accelerator().device)
    optimizer = torch.optim.AdamW(model.parameters(), rate)
    before = [_loss(model, part, lost) for part in (train, validation)]
    order = torch.Generator().manual_seed(0)
    for _ in range(TRIAL_EPOCHS):
        model.train()
        for at in train.batches(128, order):
            logits = forward(model, train, at, _without(lost, len(at)))
            optimizer.zero_grad()
            F.cross_entropy(logits, train.labels[at].to(logits.device)).backward()
            optimizer.step()
    after = [_loss(model, part, lost) for part in (train, validation)]
    return Trial((before[0], after[0]), (before[1], after[1]))


def _loss(model: FusionModel, samples: Samples, lost: tuple[bool, bool]) -> float:
    return F.cross_entropy(predict(model, samples, lost=lost), samples.labels).item()


def _without(lost: tuple[bool, bool], n: int) -> Tensor:
    return torch.tensor(lost)[:, None].expand(2, n)
