"""A head that is fine-tuned on top of the cache model: what it should have said more of, in each direction.

Linear in the same frozen features, from zero, so that it begins as the cache model. While it learns, each
example is told by the others' cache: its own key would tell it at once, and nothing would be left to learn.
How well it does is measured in FOLDS parts, each told by a head and a cache that have not seen it; the head
of the step at which these did best is kept. (Tip-Adapter-F, which moves the keys themselves, gains less.)
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from fusion.errors import Stopped

FOLDS = 5
STEPS = 120
# Chosen with the cache model's ranges on CIFAR-10's training pictures.
RATE, MOMENTUM = 1.0, 0.8
DECAY = 0.1  # of the squared weights, beside the summed loss of the examples


@dataclass(frozen=True)
class Step:
    """loss: of the examples, as a mean. held_out, accuracy: loss and share of right answers on held-out
    examples."""

    loss: float
    held_out: float
    accuracy: float


@dataclass(frozen=True)
class Head:
    """weights: (classes, D), added to the cache model's logits. history: every step from none on. kept: the
    step whose weights these are. right: (N,) true where an example was told right when it was held out."""

    weights: Tensor
    history: tuple[Step, ...]
    kept: int
    right: Tensor

    def logits(self, x: Tensor) -> Tensor:
        """(Q, D) to (Q, classes)."""
        return x @ self.weights.T


def folds(labels: Tensor) -> Tensor:
    """(N,) the part that each example is held out in: those of a class in different ones, as far as there
    are enough; two at least."""
    parts = max(2, min(FOLDS, int(labels.bincount().max())))
    place = torch.stack([(labels[:i] == label).sum() for i, label in enumerate(labels)])
    return (place + labels) % parts


def fine_tune(
    x: Tensor,
    labels: Tensor,
    classes: int,
    cache: Callable[[Tensor], Tensor],
    each: Callable[[list[Step]], None],
) -> Head:
    """Learn from examples x: (N, D), about 1 long, with labels (N,).

    cache: gives the logits (N, classes) of the examples by all others less those that a mask (N,) leaves out.
    each: is told after each step, and ends it early where it raises Stopped.
    """
    part = folds(labels)
    held = torch.stack([part == k for k in part.unique()] + [torch.zeros_like(part, dtype=torch.bool)])
    offsets = torch.stack([cache(rows) for rows in held])  # (F + 1, N, classes); the last holds nothing out
    learns = (~held).float()  # (F + 1, N)
    weights = torch.zeros(len(held), classes, x.shape[1], requires_grad=True)
    optimizer = torch.optim.SGD([weights], RATE, MOMENTUM, nesterov=True)
    history: list[Step] = []
    kept, best, right = 0, weights.detach()[-1].clone(), torch.zeros(len(x), dtype=torch.bool)
    for _ in range(STEPS + 1):
        logits = offsets + x @ weights.transpose(1, 2)  # (F + 1, N, classes)
        losses = cross_entropy(logits.flatten(0, 1), labels.repeat(len(held)), reduction="none")
        losses = losses.reshape(len(held), -1)
        with torch.no_grad():
            hits = (logits.argmax(2) == labels) & held
            out = losses[held].mean()
            history.append(Step(float(losses[-1].mean()), float(out), float(hits.sum() / len(x))))
        if history[-1].held_out <= history[kept].held_out:
            kept, best, right = len(history) - 1, weights.detach()[-1].clone(), hits.any(0)
        try:
            each(history)
        except Stopped:
            break
        decay = DECAY * weights.square().sum((1, 2))
        loss = (((losses * learns).sum(1) + decay) / learns.sum(1)).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return Head(best, tuple(history), kept, right)
