"""Fit one strategy on encoded samples: cross-entropy, AdamW, warm-up and cosine, early stopping."""

import math
from collections.abc import Collection
from dataclasses import asdict, dataclass, field, replace
from io import BytesIO
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from fusion.data.samples import Samples
from fusion.device import accelerator
from fusion.errors import UserError
from fusion.model import FusionModel
from fusion.open_answers import told_answers
from fusion.paths import written_whole
from fusion.progress import Progress, silent
from fusion.strategies import STRATEGIES
from fusion.transfer import Start

CALIBRATION = 256
SETTLED = 0.1  # of the learning rate, for what was learned elsewhere


@dataclass(frozen=True)
class Recipe:
    """How to fit.

    epochs: None for as many as the strategy is made for. batch: samples a step. patience: epochs without a
    better validation score before stopping.
    modality_dropout: share of samples that lose their picture, and as many their text, so that the absent
    tokens are learned and either modality may be missing later. copies: augmented views of each sample,
    encoded beside it. shots: at most so many samples of each class to train on, and as many to validate on;
    None for all.
    """

    epochs: int | None = None
    batch: int = 256
    rate: float = 2e-3
    weight_decay: float = 0.02
    warmup: float = 0.1
    patience: int = 5
    modality_dropout: float = 0.05
    copies: int = 0
    seed: int = 0
    shots: int | None = None

    def __post_init__(self) -> None:
        few = self.epochs is not None and self.epochs < 1
        if few or self.copies < 0 or not 0 <= self.modality_dropout < 1:
            raise UserError("A fit takes at least 1 epoch, 0 copies and a modality dropout from 0 up to 1.")
        if self.shots is not None and self.shots < 1:
            raise UserError("A fit takes at least 1 example of each class.")
        if not 0 <= self.seed < 2**63:
            raise UserError("A seed is a whole number from 0 up to 2 to the power of 63.")


def few_shot(shots: int, **changes: Any) -> Recipe:
    """How to fit where each class has so few examples: small batches, and as many steps as that takes."""
    return Recipe(**{"epochs": 60, "batch": 32, "patience": 60, "shots": shots} | changes)


@dataclass
class History:
    """Learning curves, one number an epoch; best: the epoch whose weights are kept, from 0; started: the
    share of the parameters that came from another fit."""

    train_loss: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    best: int = -1
    started: float = 0.0

    def improved(self) -> bool:
        """Whether the last epoch is the best: by validation accuracy, then by loss."""
        scores = list(zip(self.validation_accuracy, (-x for x in self.validation_loss), strict=True))
        return self.best < 0 or scores[-1] > scores[self.best]

    @property
    def best_accuracy(self) -> float:
        return self.validation_accuracy[self.best]


def fit(
    model: FusionModel,
    train: Samples,
    validation: Samples,
    recipe: Recipe,
    progress: Progress = silent,
    resume: Path | None = None,
    answers: Tensor | None = None,
    start: Start | None = None,
) -> History:
    """Train in place and leave the weights of the best epoch in the model.

    answers: (classes, E) the answers in a text encoder's space, so that those that mean alike share strength.
    start: a checkpoint whose layers go in before the first step.

    resume: a file that keeps the state of the run after each epoch; where it exists and belongs to the same
    run, the fit goes on from there. It is removed at the end.
    """
    with told_answers(model, answers):
        told = "" if answers is None else f" answers {tuple(answers.shape)}"
        if start is None:
            return _fit(model, train, validation, recipe, progress, resume, told)
        told += f" start {start.identity}"
        taken = start(model)
        history = _fit(model, train, validation, recipe, progress, resume, told, taken.names)
        return replace(history, started=taken.share)


def _fit(
    model: FusionModel,
    train: Samples,
    validation: Samples,
    recipe: Recipe,
    progress: Progress,
    resume: Path | None,
    told: str,
    taken: Collection[str] = (),
) -> History:
    """`told` sets runs apart that differ in how their answers are told or in where they start; `taken` are
    the parameters that did not start anew."""
    epochs = recipe.epochs or STRATEGIES[model.config.strategy].epochs
    torch.manual_seed(recipe.seed)
    shuffler = torch.Generator().manual_seed(recipe.seed)
    calibrate(model, train)
    optimizer = torch.optim.AdamW(
        _rated(model, taken, recipe.rate), recipe.rate, weight_decay=recipe.weight_decay
    )
    steps = math.ceil(len(train) / recipe.batch) * epochs
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda i: _rate(i / steps, recipe.warmup))
    model, optimizer = accelerator().prepare(model, optimizer)
    identity = f"{asdict(recipe)} {asdict(model.config)} {train.fingerprint}{told}"
    run = _Run(model, optimizer, schedule, shuffler, History(), identity)
    if resume is not None:
        run.load(resume)
    best = run.best
    for epoch in range(len(run.history.train_loss), epochs):
        if epoch - run.history.best > recipe.patience:
            break
        loss = _epoch(run, train, recipe, progress, _title(model, epoch))
        accuracy, validation_loss = measure(model, validation)
        history = run.history
        history.train_loss.append(loss)
        history.validation_loss.append(validation_loss)
        history.validation_accuracy.append(accuracy)
        if history.improved():
            history.best = epoch
            best = run.best = {name: x.detach().clone() for name, x in model.state_dict().items()}
        if resume is not None:
            run.save(resume)
    model.load_state_dict(best)
    model.eval()
    if resume is not None:
        resume.unlink(missing_ok=True)
    return run.history


def calibrate(model: FusionModel, train: Samples) -> None:
    """Measure the scale of each channel on some training samples, never on those held back."""
    sides = (
        (model.align_image, train.images, train.image_rows),
        (model.align_text, train.texts, train.text_rows),
    )
    for aligner, store, rows in sides:
        known = torch.unique(rows)
        some = torch.linspace(0, len(known) - 1, min(CALIBRATION, len(known))).long()
        aligner.calibrate(store.read(known[some]))


def forward(model: FusionModel, samples: Samples, at: Tensor, dropout: float = 0.0) -> Tensor:
    """Logits (len(at), classes) of the samples at the positions `at`, each picture aligned once."""
    sequences = STRATEGIES[model.config.strategy].grid is not None
    device = accelerator().device
    inputs, rows = [], []
    for store, all_rows in ((samples.images, samples.image_rows), (samples.texts, samples.text_rows)):
        unique, inverse = torch.unique(all_rows[at], return_inverse=True)
        if dropout:
            inverse = inverse.masked_fill(torch.rand(len(at)) < dropout, -1)
        inputs.append(store.read(unique, sequences).to(device))
        rows.append(inverse.to(device))
    return model(inputs[0], inputs[1], rows=(rows[0], rows[1]))[0]


@torch.inference_mode()
def predict(model: FusionModel, samples: Samples, batch: int = 512) -> Tensor:
    """Logits (Q, classes) of every sample, in order, on the CPU."""
    model.eval()
    logits = torch.empty(len(samples), model.config.classes)
    for at in samples.batches(batch):
        logits[at] = forward(model, samples, at).float().cpu()
    return logits


def measure(model: FusionModel, samples: Samples) -> tuple[float, float]:
    """Accuracy as a fraction of 1, and mean cross-entropy in nats."""
    logits = predict(model, samples)
    right = samples.right(logits).float().mean().item()
    return right, F.cross_entropy(logits, samples.labels).item()


def _epoch(run: "_Run", train: Samples, recipe: Recipe, progress: Progress, title: str) -> float:
    """One pass over the training samples; the mean loss."""
    run.model.train()
    total, done = 0.0, 0
    for at in train.batches(recipe.batch, run.shuffler):
        logits = forward(run.model, train, at, recipe.modality_dropout)
        loss = F.cross_entropy(logits, train.labels[at].to(logits.device))
        run.optimizer.zero_grad()
        accelerator().backward(loss)
        torch.nn.utils.clip_grad_norm_(run.model.parameters(), 1.0)
        run.optimizer.step()
        run.schedule.step()
        total += loss.item() * len(at)
        done += len(at)
        progress(title, done, len(train))
    return total / done


def _rated(model: FusionModel, taken: Collection[str], rate: float) -> list[dict[str, Any]]:
    """The parameters in groups: what was learned elsewhere gives way slowly to what is new.

    After Howard and Ruder 2018, arXiv 1801.06146, who lower the rate of what was learned before.
    """
    named = list(model.named_parameters())
    new = [x for name, x in named if name not in taken]
    known = [x for name, x in named if name in taken]
    return [{"params": new}, {"params": known, "lr": SETTLED * rate}]


def _rate(share: float, warmup: float) -> float:
    """Factor of the learning rate: a linear warm-up, then half a cosine down to 0."""
    if share < warmup:
        return (share + 0.01) / (warmup + 0.01)
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (share - warmup) / (1 - warmup))))


def _title(model: FusionModel, epoch: int) -> str:
    return f"{model.config.strategy}, epoch {epoch + 1}"


@dataclass
class _Run:
    """All that a fit must keep to go on after an interruption."""

    model: FusionModel
    optimizer: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.LRScheduler
    shuffler: torch.Generator
    history: History
    identity: str
    best: dict[str, Tensor] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        state = {
            "identity": self.identity,
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "shuffler": self.shuffler.get_state(),
            "global": torch.get_rng_state(),
            "history": asdict(self.history),
            "best": self.best,
        }
        whole = BytesIO()
        torch.save(state, whole)
        with written_whole(path) as draft:
            draft.write_bytes(whole.getbuffer())

    def load(self, path: Path) -> None:
        """Go on from `path`; a file that is missing, damaged or of another run is left aside."""
        try:
            state = torch.load(path, map_location="cpu", weights_only=True)
        except (OSError, RuntimeError, ValueError, EOFError, UnpicklingError):
            return
        if state.get("identity") != self.identity:
            return
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        self.shuffler.set_state(state["shuffler"])
        torch.set_rng_state(state["global"])
        self.history = History(**state["history"])
        self.best = state["best"]
