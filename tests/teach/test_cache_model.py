"""Tip-Adapter's equations written out, leaving out by a loop, and what weights are found."""

import math

import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from fusion.teach.cache_model import CacheModel, Trust, fitted, left_out, trusts
from tests.teach.shots import clouds, guesses

TRUST = Trust(names=0.75, alpha=16.0, sharpness=2.0)


def written_out(
    keys: Tensor, labels: Tensor, classes: int, trust: Trust, q: Tensor, names: Tensor
) -> list[float]:
    """One query's logits, number by number; the spread over all pairs of keys."""
    n = len(keys)
    pairs = [float(1 - keys[i] @ keys[j]) for i in range(n) for j in range(n) if i != j]
    beta = trust.sharpness / (sum(pairs) / len(pairs))
    means: list[float | None] = []
    for c in range(classes):
        near = [math.exp(-beta * (1 - float(q @ keys[i]))) for i in range(n) if labels[i] == c]
        means.append(sum(near) / len(near) if near else None)
    told = [mean for mean in means if mean is not None]
    average = sum(told) / len(told)
    return [
        trust.names * float(names[c]) + trust.alpha * (average if mean is None else mean)
        for c, mean in enumerate(means)
    ]


def test_the_logits_are_tip_adapters_for_equally_many_examples() -> None:
    """With sums in the place of means, alpha divided by the shots, and the names counted in full."""
    keys, labels = clouds([4, 4, 4])
    queries, names = clouds([2, 2, 2], seed=3)[0], guesses(6, 3)
    model = CacheModel(keys, labels, 3, Trust(1.0, 8.0, 2.0), 0.5)
    affinity = queries @ keys.T
    values = torch.eye(3)[labels]
    expected = names + 8 / 4 * torch.exp(-4.0 * (1 - affinity)) @ values
    torch.testing.assert_close(model.logits(queries, names), expected)


def test_unequal_counts_are_written_out_too() -> None:
    keys, labels = clouds([5, 1, 3])
    model, _ = fitted(keys, labels, guesses(9, 3), 3)
    queries, names = clouds([1, 1, 1], seed=4)[0], guesses(3, 3, seed=5)
    for query, told, found in zip(queries, names, model.logits(queries, names), strict=True):
        assert found.tolist() == pytest.approx(
            written_out(keys, labels, 3, model.trust, query, told), rel=1e-4
        )


@pytest.mark.parametrize("counts", [[3, 3], [4, 2, 3], [1, 3, 2], [1, 1, 1]])
def test_leaving_out_is_what_a_loop_does(counts: list[int]) -> None:
    keys, labels = clouds(counts)
    names = guesses(len(labels), len(counts))
    model, found = fitted(keys, labels, names, len(counts))
    for i in range(len(labels)):
        rest = torch.arange(len(labels)) != i
        expected = written_out(keys[rest], labels[rest], len(counts), model.trust, keys[i], names[i])
        assert found.logits[i].tolist() == pytest.approx(expected, rel=1e-4)


def test_the_trust_is_the_one_of_least_loss_and_the_honest_one_knows_nothing_of_the_example() -> None:
    keys, labels = clouds([3, 2, 1], spread=0.9)
    names = guesses(6, 3)
    model, found = fitted(keys, labels, names, 3)
    losses = []
    logits = []
    for trust in trusts():
        row, told = [], []
        for i in range(6):
            rest = torch.arange(6) != i
            whole = torch.tensor(written_out(keys[rest], labels[rest], 3, trust, keys[i], names[i]))
            told.append(whole)
            scored = whole if (labels == labels[i]).sum() > 1 else trust.names * names[i]
            row.append(float(cross_entropy(scored, labels[i])))
        losses.append(row)
        logits.append(told)
    everything = list(trusts())
    totals = [sum(row) + trust.surprise for row, trust in zip(losses, everything, strict=True)]
    assert model.trust == everything[totals.index(min(totals))]
    for i in range(6):
        others = [total - row[i] for total, row in zip(totals, losses, strict=True)]
        torch.testing.assert_close(
            found.honest[i], logits[others.index(min(others))][i], rtol=1e-4, atol=1e-4
        )


def test_names_that_mean_nothing_are_not_listened_to() -> None:
    keys, labels = clouds([8, 8, 8])
    wrong = 20 * guesses(24, 3)  # and sure of it
    right = torch.eye(3)[labels].mul(8).log_softmax(1)
    assert fitted(keys, labels, wrong, 3)[0].trust.names < 0.5
    assert fitted(keys, labels, right, 3)[0].trust.names >= 0.75


def test_examples_that_mean_nothing_count_for_less_than_those_that_do() -> None:
    right = torch.eye(3).repeat_interleave(8, 0).mul(2).log_softmax(1)
    clear, labels = clouds([8, 8, 8], spread=0.3)
    noise = clouds([24], spread=3.0)[0]
    assert fitted(noise, labels, right, 3)[0].trust.alpha < fitted(clear, labels, right, 3)[0].trust.alpha


@pytest.mark.parametrize("counts", [[1], [1, 1], [2, 1]])
def test_few_and_equal_examples_give_finite_numbers(counts: list[int]) -> None:
    labels = torch.tensor([label for label, n in enumerate(counts) for _ in range(n)])
    keys = torch.ones(len(labels), 4) / 2
    model, found = fitted(keys, labels, guesses(len(labels), len(counts)), len(counts))
    assert found.logits.isfinite().all() and found.honest.isfinite().all()
    assert model.logits(keys[:1], guesses(1, len(counts))).isfinite().all()


def test_a_part_that_is_left_out_tells_nothing() -> None:
    keys, labels = clouds([4, 4])
    names = guesses(8, 2)
    model, _ = fitted(keys, labels, names, 2)
    without = torch.tensor([True, False] * 4)
    found = left_out(model, names, without)
    other = CacheModel(
        torch.where(without[:, None], torch.randn(8, 12), keys), labels, 2, model.trust, model.spread
    )
    torch.testing.assert_close(left_out(other, names, without)[~without], found[~without])
    kept = CacheModel(keys[~without], labels[~without], 2, model.trust, model.spread)
    torch.testing.assert_close(found[without], kept.logits(keys[without], names[without]))
