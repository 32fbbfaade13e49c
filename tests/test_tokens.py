"""Tokens: what is real, rows selected and missing, batches stacked."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace

import pytest
import torch

from fusion.tokens import Tokens, stack


def test_lengths_widths_and_what_is_present(make_tokens: Callable[..., Tokens]) -> None:
    tokens = make_tokens(3, 4, 5, lengths=[4, 0, 1])
    assert (len(tokens), tokens.width) == (3, 5)
    assert tokens.present.tolist() == [True, False, True]
    with pytest.raises(FrozenInstanceError):
        tokens.grid = (2, 2)  # type: ignore[misc]


def test_to_moves_numbers_and_leaves_the_mask_a_mask(make_tokens: Callable[..., Tokens]) -> None:
    tokens = make_tokens(2, 4, 3, (2, 2)).to("cpu", torch.float64)
    assert tokens.sequence.dtype == tokens.pooled.dtype == torch.float64
    assert tokens.mask.dtype == torch.bool
    assert tokens.grid == (2, 2)


def test_select_repeats_reorders_and_leaves_out(make_tokens: Callable[..., Tokens]) -> None:
    tokens = make_tokens(3, 4, 5, lengths=[4, 2, 3], texts=True)
    chosen = tokens.select(torch.tensor([2, -1, 0, 0]))
    assert chosen.mask.sum(1).tolist() == [3, 0, 4, 4]
    for row, source in ((0, 2), (2, 0), (3, 0)):
        assert torch.equal(chosen.sequence[row], tokens.sequence[source])
        assert torch.equal(chosen.pooled[row], tokens.pooled[source])
    assert chosen.words == (("w0", "w1", "w2"), (), *[("w0", "w1", "w2", "w3")] * 2)
    assert chosen.present.tolist() == [True, False, True, True]


def test_select_takes_what_stands_in_the_common_space_along(make_tokens: Callable[..., Tokens]) -> None:
    """And nothing of a missing input."""
    tokens = make_tokens(3, 4, 5)
    assert tokens.select(torch.tensor([1])).common is None
    common = tokens.sequence[..., :2] + 1
    chosen = replace(tokens, common=common).select(torch.tensor([2, -1, 0, 0]))
    assert chosen.common is not None
    assert torch.equal(chosen.common, torch.stack([common[2], torch.zeros(4, 2), common[0], common[0]]))


def test_stack_pads_on_the_right(make_tokens: Callable[..., Tokens]) -> None:
    parts = [make_tokens(2, 3, 4, lengths=[3, 1], texts=True), make_tokens(1, 5, 4, texts=True, seed=1)]
    both = stack(parts)
    assert both.sequence.shape == (3, 5, 4)
    assert both.mask.sum(1).tolist() == [3, 1, 5]
    assert not both.sequence[:2, 3:].any()
    assert torch.equal(both.sequence[:2, :3], parts[0].sequence)
    assert torch.equal(both.pooled, torch.cat([part.pooled for part in parts]))
    assert both.words == (*parts[0].words, *parts[1].words)  # type: ignore[misc]


def test_stack_of_one_is_the_same_and_other_grids_are_refused(make_tokens: Callable[..., Tokens]) -> None:
    tall, wide = make_tokens(1, 6, 4, (3, 2)), make_tokens(1, 6, 4, (2, 3))
    one = stack([tall])
    assert one.grid == (3, 2)
    assert one.words is None
    assert torch.equal(one.sequence, tall.sequence)
    with pytest.raises(ValueError, match="interpolate"):
        stack([tall, wide])
