"""Heads agree with a reference, read real tokens alone and work for strategies that pool."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
import torch.nn.functional as F

from fusion.heads import HEADS
from fusion.strategies import STRATEGIES, Fused
from fusion.tokens import Tokens

WIDTH, CLASSES = 8, 3
LENGTHS = [6, 4, 1]


@pytest.fixture
def fused(make_tokens: Callable[..., Tokens]) -> Fused:
    tokens = make_tokens(3, 6, WIDTH, lengths=LENGTHS)
    return Fused(vector=tokens.pooled, sequence=tokens.sequence, mask=tokens.mask)


def build(name: str) -> torch.nn.Module:
    torch.manual_seed(0)
    return HEADS[name].build(WIDTH, CLASSES).eval()


def test_linear_is_one_layer(fused: Fused) -> None:
    head = build("linear")
    expected = fused.vector @ head.out.weight.T + head.out.bias
    torch.testing.assert_close(head(fused), expected)


def test_fully_connected_is_one_hidden_layer(fused: Fused) -> None:
    head = build("fully-connected")
    norm, hidden, _, _ = head.hidden
    x = F.gelu(F.layer_norm(fused.vector, (WIDTH,)) @ hidden.weight.T + hidden.bias)
    torch.testing.assert_close(head(fused), x @ head.out.weight.T + head.out.bias)
    assert norm.normalized_shape == (WIDTH,)


def test_residual_is_one_hidden_layer_beside_a_straight_path(fused: Fused) -> None:
    head: Any = build("residual")
    first, _, _, second = head.hidden
    x = F.layer_norm(fused.vector, (WIDTH,))
    hidden = F.gelu(x @ first.weight.T + first.bias) @ second.weight.T + second.bias
    torch.testing.assert_close(head(fused), (x + hidden) @ head.out.weight.T + head.out.bias)
    with torch.no_grad():
        second.weight.zero_()
        second.bias.zero_()
    torch.testing.assert_close(head(fused), head.out(x))


def test_recurrent_is_a_gru_over_each_sample_without_its_padding(fused: Fused) -> None:
    head = build("recurrent")
    logits = head(fused)
    for i, length in enumerate(LENGTHS):
        steps, _ = head.gru(F.layer_norm(fused.sequence[i : i + 1, :length], (WIDTH,)))  # type: ignore[index]
        expected = head.out(torch.cat([steps[0, -1], fused.vector[i]]))
        torch.testing.assert_close(logits[i], expected, atol=1e-6, rtol=1e-5)


def test_convolutional_is_a_convolution_over_a_common_length_and_its_maximum(fused: Fused) -> None:
    head = build("convolutional")
    normed = F.layer_norm(fused.sequence, (WIDTH,))  # type: ignore[arg-type]
    expected = []
    for i, length in enumerate(LENGTHS):
        x = F.interpolate(normed[i : i + 1, :length].mT, size=head.length, mode="linear", align_corners=True)
        x = F.conv1d(x, head.conv.weight, head.conv.bias, padding=1).relu()[0].max(1).values
        expected.append(head.out(torch.cat([x, fused.vector[i]])))
    torch.testing.assert_close(head(fused), torch.stack(expected), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("name", HEADS.names())
def test_the_last_layer_is_linear_and_gives_the_logits(fused: Fused, name: str) -> None:
    """So that logits can be divided and answers be told in that layer alone."""
    head = build(name)
    assert isinstance(head.out, torch.nn.Linear)
    assert head.out.out_features == CLASSES
    before = head(fused)
    with torch.no_grad():
        head.out.weight.div_(2)
        head.out.bias.div_(2)
    torch.testing.assert_close(head(fused), before / 2)


@pytest.mark.parametrize("name", HEADS.names())
def test_padding_changes_nothing_whatever_it_holds_and_wherever_it_stands(fused: Fused, name: str) -> None:
    head = build(name)
    sequence, mask = fused.sequence, fused.mask
    assert sequence is not None
    assert mask is not None
    garbage = torch.where(mask[..., None], sequence, 1e3)
    more, never = torch.full((3, 2, WIDTH), -1e3), mask.new_zeros(3, 2)
    for at in (6, 0, 1):  # more padding on the right, on the left, between real tokens
        padded = replace(
            fused,
            sequence=torch.cat([garbage[:, :at], more, garbage[:, at:]], 1),
            mask=torch.cat([mask[:, :at], never, mask[:, at:]], 1),
        )
        torch.testing.assert_close(head(padded), head(fused), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("name", HEADS.names())
def test_a_sample_alone_scores_as_in_the_batch(fused: Fused, name: str) -> None:
    head = build(name)
    together = head(fused)
    for i, length in enumerate(LENGTHS):
        alone = Fused(
            vector=fused.vector[i : i + 1],
            sequence=fused.sequence[i : i + 1, :length],  # type: ignore[index]
            mask=fused.mask[i : i + 1, :length],  # type: ignore[index]
        )
        torch.testing.assert_close(head(alone)[0], together[i], atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("name", HEADS.names())
@pytest.mark.parametrize("strategy", STRATEGIES.names())
def test_every_head_works_behind_every_strategy(
    make_tokens: Callable[..., Tokens], name: str, strategy: str
) -> None:
    """Those that pool, whose vector is wider than a token, and those that lack an input too."""
    module = STRATEGIES[strategy].build(WIDTH)
    head = HEADS[name].build(module.output_width, CLASSES)
    image = make_tokens(2, 4, WIDTH, (2, 2), lengths=[4, 0])
    text = make_tokens(2, 3, WIDTH, lengths=[2, 3])
    for fused in (module(image, text), module(image, None), module(None, text)):
        logits = head(fused)
        assert logits.shape == (2, CLASSES)
        assert torch.isfinite(logits).all()
        grads = torch.autograd.grad(logits.square().sum(), list(head.parameters()), allow_unused=True)
        assert all(g is not None for g in grads)
