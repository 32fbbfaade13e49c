"""The head that is fine-tuned: it reduces the loss, begins at the cache model, and can be stopped."""

import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from fusion.errors import Stopped
from fusion.teach.head import DECAY, STEPS, Step, fine_tune, folds
from tests.teach.shots import clouds


def flat(without: Tensor) -> Tensor:
    """A cache that knows nothing."""
    return torch.zeros(len(without), 3)


def test_it_begins_as_the_cache_and_learns() -> None:
    x, labels = clouds([6, 6, 6], spread=0.8)
    head = fine_tune(x, labels, 3, flat, lambda history: None)
    first, last = head.history[0], head.history[-1]
    assert len(head.history) == STEPS + 1
    assert first.loss == pytest.approx(torch.tensor(3.0).log().item(), rel=1e-5)
    assert last.loss < 0.8 * first.loss and last.held_out < first.held_out
    assert head.history[head.kept].held_out == min(step.held_out for step in head.history)
    assert (head.logits(x).argmax(1) == labels).float().mean() > 0.9


def test_it_finds_the_minimum_that_another_optimiser_finds() -> None:
    """The whole loss is convex: a library's optimiser finds the same weights."""
    x, labels = clouds([5, 5, 5], spread=1.0)
    offset = torch.randn(15, 3, generator=torch.Generator().manual_seed(0))
    head = fine_tune(x, labels, 3, lambda without: offset, lambda history: None)
    weights = torch.zeros(3, x.shape[1], requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=500, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        found = cross_entropy(offset + x @ weights.T, labels) + DECAY * weights.square().sum() / 15
        found.backward()
        return found

    optimizer.step(loss)
    best = float(cross_entropy(offset + x @ weights.detach().T, labels))
    assert head.history[-1].loss == pytest.approx(best, abs=2e-3)


def test_what_is_held_out_is_not_learned_from() -> None:
    """Labels of pure noise: the examples are learned by heart, the held-out ones stay at chance."""
    x = clouds([40], width=60, spread=5.0)[0]
    labels = torch.arange(40) % 2
    head = fine_tune(x, labels, 2, lambda without: torch.zeros(40, 2), lambda history: None)
    assert head.history[-1].loss < 0.3
    assert max(step.accuracy for step in head.history) < 0.75


def test_every_example_is_held_out_once_and_classes_are_spread() -> None:
    labels = torch.tensor([0] * 5 + [1] * 7 + [2])
    part = folds(labels)
    assert set(part.tolist()) == set(range(5))
    assert len(part[:5].unique()) == 5
    assert len(folds(torch.tensor([0, 1])).unique()) == 2


def test_stopping_keeps_the_best_so_far() -> None:
    x, labels = clouds([6, 6, 6])

    def stop(history: list[Step]) -> None:
        if len(history) == 5:
            raise Stopped

    head = fine_tune(x, labels, 3, flat, stop)
    assert len(head.history) == 5 and head.kept <= 4
    assert head.weights.isfinite().all()
