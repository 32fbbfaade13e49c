"""Attention agrees with torch's own, weights included, and its masks hold."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from fusion.attention import Attention, CrossAttend, FeedForward, SelfBlock, masked_mean

B, Q, K, D = 3, 5, 7, 16
MASK = torch.arange(K) < torch.tensor([[7], [4], [1]])


def inputs(seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(B, Q, D, generator=generator), torch.randn(B, K, D, generator=generator)


def torchs_own(ours: Attention) -> nn.MultiheadAttention:
    """torch.nn.MultiheadAttention with the same weights."""
    theirs = nn.MultiheadAttention(D, ours.heads, batch_first=True)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([ours.query.weight, ours.key_value.weight]))
        theirs.in_proj_bias.copy_(torch.cat([ours.query.bias, ours.key_value.bias]))
        theirs.out_proj.weight.copy_(ours.out.weight)
        theirs.out_proj.bias.copy_(ours.out.bias)
    return theirs


@pytest.mark.parametrize("heads", [1, 2, 4])
@pytest.mark.parametrize("mask", [MASK, torch.ones_like(MASK), MASK.flip(1)], ids=["right", "none", "left"])
def test_it_equals_torchs_attention(heads: int, mask: torch.Tensor) -> None:
    torch.manual_seed(heads)
    ours, (queries, keys) = Attention(D, heads), inputs()
    mixed, weights = ours(queries, keys, mask)
    expected, expected_weights = torchs_own(ours)(
        queries, keys, keys, key_padding_mask=~mask, average_attn_weights=False
    )
    torch.testing.assert_close(mixed, expected, atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(weights, expected_weights, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("heads", [1, 4])
def test_a_bias_is_added_to_the_scores_as_torch_adds_its_own(heads: int) -> None:
    torch.manual_seed(heads)
    ours, (queries, keys) = Attention(D, heads), inputs()
    bias = torch.randn(B, heads, Q, K)
    mixed, weights = ours(queries, keys, MASK, bias)
    added = bias.masked_fill(~MASK[:, None, None], -torch.inf).flatten(0, 1)
    expected, expected_weights = torchs_own(ours)(
        queries, keys, keys, attn_mask=added, average_attn_weights=False
    )
    torch.testing.assert_close(mixed, expected, atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(weights, expected_weights, atol=1e-6, rtol=1e-5)
    assert not torch.allclose(weights, ours(queries, keys, MASK)[1])
    torch.testing.assert_close(weights, ours(queries, keys, MASK, bias + 3)[1], atol=1e-6, rtol=1e-4)


def test_started_plain_it_reads_what_stands_there() -> None:
    """Up to the biases, each head mixes its own channels of the keys."""
    torch.manual_seed(0)
    ours, (queries, keys) = Attention(D), inputs()
    looking = [x.detach().clone() for x in (ours.query.weight, ours.key_value.weight[:D])]
    ours.start_plain()
    assert torch.equal(ours.query.weight, looking[0]) and torch.equal(ours.key_value.weight[:D], looking[1])
    mixed, weights = ours(queries, keys, MASK)
    expected = torch.cat([w @ part for w, part in zip(weights.unbind(1), keys.chunk(4, -1), strict=True)], -1)
    expected = expected + ours.key_value.bias[D:] + ours.out.bias
    torch.testing.assert_close(mixed, expected, atol=1e-6, rtol=1e-5)
    assert all(x.requires_grad and x.is_leaf for x in ours.parameters())


def test_weights_sum_to_1_over_real_keys_and_are_0_elsewhere() -> None:
    weights = Attention(D)(*inputs(), MASK)[1]
    assert weights.shape == (B, 4, Q, K)
    torch.testing.assert_close(weights.sum(-1), torch.ones(B, 4, Q))
    assert (weights.masked_select(~MASK[:, None, None].expand_as(weights)) == 0).all()
    assert (weights[2, ..., 0] == 1).all()  # a single real key


def test_self_block_is_a_pre_norm_encoder_layer_of_torch() -> None:
    torch.manual_seed(0)
    ours, (_, x) = SelfBlock(D).eval(), inputs()
    theirs = nn.TransformerEncoderLayer(
        D, 4, dim_feedforward=2 * D, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
    ).eval()
    theirs.self_attn = torchs_own(ours.attend)
    theirs.norm1, theirs.norm2 = ours.norm, ours.feed[0]  # type: ignore[assignment]
    theirs.linear1, theirs.linear2 = ours.feed[1], ours.feed[3]  # type: ignore[assignment]
    expected = theirs(x, src_key_padding_mask=~MASK)
    torch.testing.assert_close(ours(x, MASK)[MASK], expected[MASK], atol=1e-5, rtol=1e-5)


def test_cross_attend_adds_what_it_read_from_the_normalised_keys() -> None:
    torch.manual_seed(1)
    block, (x, keys) = CrossAttend(D).eval(), inputs()
    with torch.no_grad():
        for norm in (block.norm_queries, block.norm_keys):
            norm.weight.normal_()
            norm.bias.normal_()
    out, weights = block(x, keys, MASK)
    normed = F.layer_norm(x, (D,), block.norm_queries.weight, block.norm_queries.bias)
    normed_keys = F.layer_norm(keys, (D,), block.norm_keys.weight, block.norm_keys.bias)
    read, expected_weights = torchs_own(block.attend)(
        normed, normed_keys, normed_keys, key_padding_mask=~MASK, average_attn_weights=False
    )
    torch.testing.assert_close(out, x + read, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(weights, expected_weights, atol=1e-6, rtol=1e-5)
    bias = torch.randn(B, 4, Q, K)
    torch.testing.assert_close(
        block(x, keys, MASK, bias)[1], block.attend(normed, normed_keys, MASK, bias)[1]
    )


def test_feed_forward_reads_each_token_alone() -> None:
    feed, (x, _) = FeedForward(D), inputs()
    normed = F.layer_norm(x[1, 2], (D,), feed[0].weight, feed[0].bias)  # type: ignore[arg-type]
    expected = feed[3](F.gelu(feed[1](normed)))
    torch.testing.assert_close(feed(x)[1, 2], expected, atol=1e-6, rtol=1e-5)


def test_masked_mean_is_the_mean_of_the_real_tokens() -> None:
    x = inputs()[1]
    mask = MASK.clone()
    mask[2] = False
    mean = masked_mean(x, mask)
    torch.testing.assert_close(mean[0], x[0].mean(0))
    torch.testing.assert_close(mean[1], x[1, :4].mean(0))
    assert not mean[2].any()
