"""Fit one strategy on encoded samples: cross-entropy, AdamW, warm-up and cosine, early stopping."""

import math
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from io import BytesIO
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fusion.balance import Balance
from fusion.data.samples import Samples
from fusion.device import accelerator, random_state, set_random_state
from fusion.forward import predict
from fusion.language import later
from fusion.model import FusionModel
from fusion.open_answers import told_answers
from fusion.parallel import gathered, own_share, summed
from fusion.paths import written_whole
from fusion.progress import Progress, silent
from fusion.recipe import Recipe
from fusion.strategies import STRATEGIES
from fusion.transfer import Start

CALIBRATION = 256
SETTLED = 0.1  # of the learning rate, for what was learned elsewhere


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

    Where `accelerate launch` has started several processes, all of them must call this with the same; each
    takes its share of every batch, and all come to the same weights.
    """
    with told_answers(model, answers), _freed():
        told = "" if answers is None else f" answers {tuple(answers.shape)}"
        if start is None:
            return _fit(model, train, validation, recipe, progress, resume, told)
        told += f" start {start.identity}"
        taken = start(model)
        history = _fit(model, train, validation, recipe, progress, resume, told, taken.names)
        return replace(history, started=taken.share)


@contextmanager
def _freed() -> Iterator[None]:
    """accelerate would keep every model and optimizer that it has prepared in the block."""
    try:
        yield
    finally:
        accelerator().free_memory()


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
    shared = accelerator().num_processes
    calibrate(model, train)
    balance = Balance(model, train, validation, recipe)
    # Each process draws its own dropout, all the same order of the samples.
    torch.manual_seed(recipe.seed + accelerator().process_index)
    shuffler = torch.Generator().manual_seed(recipe.seed)
    optimizer = torch.optim.AdamW(
        _rated(model, taken, recipe.rate), recipe.rate, weight_decay=recipe.weight_decay
    )
    steps = math.ceil(len(train) / recipe.batch_of(len(train))) * epochs
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda i: _rate(i / steps, recipe.warmup))
    prepared, optimizer = accelerator().prepare(model, optimizer)
    processes = f" {shared} processes" if shared > 1 else ""
    identity = f"{asdict(recipe)} {asdict(model.config)} {train.fingerprint}{told}{processes}"
    run = _Run(model, prepared, optimizer, schedule, shuffler, History(), identity)
    if resume is not None:
        run.load(resume)
    best = run.best
    for epoch in range(len(run.history.train_loss), epochs):
        if epoch - run.history.best > recipe.patience:
            break
        loss = _epoch(run, balance, progress, _title(model, epoch))
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
    accelerator().wait_for_everyone()
    if resume is not None and accelerator().is_main_process:
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


def measure(model: FusionModel, samples: Samples) -> tuple[float, float]:
    """Accuracy as a fraction of 1, and mean cross-entropy in nats."""
    logits = predict(model, samples)
    right = samples.right(logits).float().mean().item()
    return right, F.cross_entropy(logits, samples.labels).item()


def _epoch(run: "_Run", balance: Balance, progress: Progress, title: str) -> float:
    """One pass over the training samples; the mean loss."""
    run.prepared.train()
    total, done = torch.zeros(1, dtype=torch.float64), 0
    for at in balance.batches(run.shuffler):
        own, counts = own_share(at)
        loss = balance.loss(run.model, own, run.prepared)
        run.optimizer.zero_grad()
        # The gradients of all processes are averaged: the sum of what they count is 1.
        accelerator().backward(loss * (counts * accelerator().num_processes))
        balance.after_backward(run.model, run.shuffler)
        torch.nn.utils.clip_grad_norm_(run.model.parameters(), 1.0)
        run.optimizer.step()
        run.schedule.step()
        total += loss.item() * (counts * len(at))
        done += len(at)
        progress(title, done, balance.samples)
    return summed(total).item() / done


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
    return later("{strategy}, epoch {n}", strategy=model.config.strategy, n=epoch + 1)


@dataclass
class _Run:
    """All that a fit must keep to go on after an interruption; prepared: the model for training."""

    model: FusionModel
    prepared: nn.Module
    optimizer: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.LRScheduler
    shuffler: torch.Generator
    history: History
    identity: str
    best: dict[str, Tensor] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Written by the main process, for all."""
        random = gathered(random_state())
        if not accelerator().is_main_process:
            return
        state = {
            "identity": self.identity,
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "shuffler": self.shuffler.get_state(),
            "global": random,
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
        set_random_state(torch.atleast_2d(state["global"])[accelerator().process_index])
        self.history = History(**state["history"])
        self.best = state["best"]
