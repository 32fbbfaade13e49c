"""Deletion and insertion: where the curves begin and end, what good and bad orders make of them."""

from dataclasses import replace

import pytest
import torch

from fusion.encoders import load_encoder
from fusion.explain.faithfulness import order, patch_curves, random_orders
from fusion.explain.words import striker
from tests.explain.test_explainers import case


def test_curves_begin_and_end_with_all_and_with_nothing() -> None:
    explained = case("concat")
    n = explained.image.sequence.shape[1]
    forward = torch.arange(n)
    (curves,) = patch_curves(explained, [forward], steps=8)
    everything, nothing = (
        float(explained.with_patches(torch.full((1, n), kept))[0, 3]) for kept in (True, False)
    )
    assert float(curves.deletion[0]) == float(curves.insertion[-1]) == pytest.approx(everything)
    assert float(curves.deletion[-1]) == float(curves.insertion[0]) == pytest.approx(nothing)
    assert curves.shares.tolist() == [i / 8 for i in range(9)]
    (back,) = patch_curves(explained, [forward.flip(0)], steps=8)
    torch.testing.assert_close(back.insertion, curves.deletion.flip(0))


@pytest.mark.parametrize("strategy", ["concat", "cross-attention"])
def test_the_best_order_beats_chance_and_its_reverse_loses(strategy: str) -> None:
    """The order of what each patch does when it is taken away alone."""
    explained = case(strategy)
    n = explained.image.sequence.shape[1]
    alone = explained.with_patches(~torch.eye(n, dtype=torch.bool))[:, 3]
    best = order(-alone)
    first, last, *others = patch_curves(explained, [best, best.flip(0), *random_orders(n)])
    chance = sum(curve.deletion_auc for curve in others) / len(others)
    assert first.deletion_auc < chance < last.deletion_auc
    assert first.insertion_auc > sum(curve.insertion_auc for curve in others) / len(others)


def test_words_are_struck_and_the_rest_is_encoded_anew() -> None:
    question = "Is there a red circle?"
    encoder = load_encoder("minilm")
    words = (encoder.encode([question]).words or ())[0]
    strike = striker("minilm", question, words)
    keep = torch.tensor([[True] * 6, [False, False, False, True, True, False], [False] * 6])
    found = strike(keep)
    for row, text in ((0, question), (1, "red circle")):
        alone = encoder.encode([text])
        n = alone.sequence.shape[1]
        torch.testing.assert_close(found.sequence[row, :n], alone.sequence[0], atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(found.pooled[row], alone.pooled[0], atol=1e-5, rtol=1e-4)
    assert found.present.tolist() == [True, True, False]


def test_the_share_that_changes_the_answer_is_where_it_changes() -> None:
    explained = case("concat")
    n = explained.image.sequence.shape[1]
    top = int(explained.with_patches(torch.ones(1, n, dtype=torch.bool)).argmax())
    (curves,) = patch_curves(replace(explained, target=top), [torch.arange(n)], steps=n)
    changed = [
        i for i in range(n + 1) if int(explained.with_patches((torch.arange(n) >= i)[None]).argmax()) != top
    ]
    assert curves.flips == (changed[0] / n if changed else 1.0)


def test_an_order_is_the_most_relevant_first_and_stable() -> None:
    assert order(torch.tensor([0.0, 2.0, 1.0, 2.0])).tolist() == [1, 3, 2, 0]
    assert all(sorted(found.tolist()) == list(range(9)) for found in random_orders(9))
