"""Explainers: against captum called directly, against what they must sum to, and for every strategy."""

from dataclasses import replace
from functools import partial

import pytest
import torch
from captum.attr import IntegratedGradients
from torch import Tensor

from fusion.explain import EXPLAINERS, Case, case_of
from fusion.explain.base import moved
from fusion.explain.recording import record
from fusion.model import FusionModel, ModelConfig
from fusion.strategies import STRATEGIES
from fusion.tokens import Tokens
from tests.conftest import tokens_of

WORDS = 5


def case(strategy: str, common: int = 0) -> Case:
    """A model of random weights and an input of its kind; the last word is padding."""
    torch.manual_seed(0)
    grid = None if STRATEGIES[strategy].grid is None else (4, 4)
    model = FusionModel(ModelConfig(strategy, 12, 10, 7, width=16, grid=grid, common=common)).eval()
    image = tokens_of(1, 16, 12, (4, 4), seed=1)
    text = tokens_of(1, WORDS, 10, lengths=[WORDS - 1], texts=True, seed=2)
    return case_of(model.requires_grad_(False), image, text, 3, partial(without, text))


def without(text: Tokens, keep: Tensor) -> Tokens:
    """A text encoder to whom each word is the same whatever stands beside it."""
    return replace(text.select(torch.zeros(len(keep), dtype=torch.long)), mask=text.mask & keep)


@pytest.mark.parametrize("strategy", STRATEGIES.names())
@pytest.mark.parametrize("explainer", EXPLAINERS.names())
def test_each_explains_every_strategy_that_it_can(explainer: str, strategy: str) -> None:
    record_, explained = EXPLAINERS[explainer], case(strategy)
    attends = strategy in ("cross-attention", "shared", "bottleneck")
    assert record_.explains(explained.model) == (attends or not record_.follows_attention)
    if not record_.explains(explained.model):
        with pytest.raises(ValueError, match="no attention"):
            record_.explain(explained)
        return
    relevance = record_.explain(explained)
    patches = explained.image.sequence.shape[1]
    assert relevance.image.shape == (patches,) and relevance.text.shape == (WORDS,)
    assert relevance.image.isfinite().all() and relevance.text.isfinite().all()
    unread = {"text": relevance.image, "image": relevance.text}.get(STRATEGIES[strategy].modality)
    assert unread is None or unread.abs().max() < 1e-5


@pytest.mark.parametrize("strategy", ["concat", "cross-attention"])
def test_integrated_gradients_are_captums(strategy: str) -> None:
    explained = case(strategy)
    inputs = explained.image.sequence, explained.text.sequence
    baselines = tuple(b.expand_as(x) for b, x in zip(explained.baselines, inputs, strict=True))
    gradients = IntegratedGradients(explained.logits).attribute(inputs, baselines, target=3, n_steps=16)
    found = EXPLAINERS["integrated-gradients"].explain(explained)
    torch.testing.assert_close(found.image, gradients[0][0].sum(-1).detach())
    torch.testing.assert_close(found.text, gradients[1][0].sum(-1).detach())


def test_integrated_gradients_sum_to_what_the_tokens_change() -> None:
    explained = case("gated")
    found = EXPLAINERS["integrated-gradients"].explain(explained)
    baselines = [
        b.expand_as(x.sequence)
        for b, x in zip(explained.baselines, (explained.image, explained.text), strict=True)
    ]
    whole = explained.logits(explained.image.sequence, explained.text.sequence)[0, 3]
    change = whole - explained.logits(*baselines)[0, 3]
    assert float(found.image.sum() + found.text.sum()) == pytest.approx(float(change), abs=2e-3)


@pytest.mark.parametrize("strategy", ["cross-attention", "shared", "bottleneck"])
def test_what_is_recorded_is_what_the_strategy_attends_to(strategy: str) -> None:
    recorded = record(case(strategy))
    assert [len(recorded.rows(read.by)) for read in recorded.weights] == [
        weights.shape[2] for weights in recorded.weights.values()
    ]
    for read, weights in recorded.weights.items():
        assert weights.shape[3] == len(recorded.rows(read.of))
        torch.testing.assert_close(weights.sum(-1), torch.ones_like(weights.sum(-1)))


def test_a_pooled_vector_moves_with_the_mean_of_its_real_tokens() -> None:
    text = tokens_of(1, WORDS, 10, lengths=[4], texts=True)
    sequence = text.sequence.repeat(2, 1, 1)
    sequence[1, 0] += 8
    sequence[1, 4] += 100  # padding
    found = moved(text, sequence)
    torch.testing.assert_close(found.pooled[0], text.pooled[0])
    torch.testing.assert_close(found.pooled[1], text.pooled[0] + 2)
