"""Each strategy agrees with its paper's equation, written out sample by sample in plain torch."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fusion.heads import HEADS
from fusion.strategies import STRATEGIES, Strategy
from fusion.strategies.cross_attention import summary
from fusion.tokens import Tokens

WIDTH, HEADS_OF_ATTENTION = 8, 4
REAL_PATCHES, REAL_WORDS = [6, 4, 1], [4, 3, 2]
CLOSE: dict[str, Any] = {"atol": 1e-5, "rtol": 1e-4}
Pair = tuple[Tokens, Tokens]


@pytest.fixture
def pair(make_tokens: Callable[..., Tokens]) -> Pair:
    image = make_tokens(3, 6, WIDTH, (2, 3), lengths=REAL_PATCHES, seed=1)
    return image, make_tokens(3, 4, WIDTH, lengths=REAL_WORDS, seed=2)


def build(name: str) -> Any:
    """With every number drawn at random, so that none hides behind a 0 or a 1."""
    torch.manual_seed(3)
    strategy: Strategy = STRATEGIES[name].build(WIDTH)
    for parameter in strategy.parameters():
        nn.init.normal_(parameter, std=0.5)
    return strategy.eval()


def linear(layer: nn.Linear, x: Tensor) -> Tensor:
    return layer.weight @ x + layer.bias


def normed(layer: nn.LayerNorm, x: Tensor) -> Tensor:
    """(N, d) with mean 0 and variance 1 along d."""
    centred = x - x.mean(-1, keepdim=True)
    return centred / (centred.square().mean(-1, keepdim=True) + layer.eps).sqrt() * layer.weight + layer.bias


def attended(
    attention: Any, queries: Tensor, keys: Tensor, bias: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """(Q, d) over real keys alone (K, d): the mixture (Q, d) and the weights (heads, Q, K), in loops.

    bias: (heads, Q, K), of the scores.
    """
    size = WIDTH // HEADS_OF_ATTENTION
    key_value = torch.stack([linear(attention.key_value, key) for key in keys])
    mixed, weights = (
        torch.zeros(len(queries), WIDTH),
        torch.zeros(HEADS_OF_ATTENTION, len(queries), len(keys)),
    )
    for head in range(HEADS_OF_ATTENTION):
        part = slice(head * size, (head + 1) * size)
        key, value = key_value[:, :WIDTH][:, part], key_value[:, WIDTH:][:, part]
        for i, query in enumerate(queries):
            scores = torch.stack([linear(attention.query, query)[part] @ k / size**0.5 for k in key])
            scores = scores if bias is None else scores + bias[head, i]
            weights[head, i] = scores.exp() / scores.exp().sum()
            mixed[i, part] = sum(w * v for w, v in zip(weights[head, i], value, strict=True))
    return torch.stack([linear(attention.out, row) for row in mixed]), weights


def fed(feed: Any, x: Tensor) -> Tensor:
    """x + W2 gelu(W1 norm(x))."""
    norm, first, _, second = feed
    return torch.stack(
        [row + linear(second, F.gelu(linear(first, y))) for row, y in zip(x, normed(norm, x), strict=True)]
    )


def self_block(block: Any, x: Tensor) -> Tensor:
    y = normed(block.norm, x)
    return fed(block.feed, x + attended(block.attend, y, y)[0])


def cross_attended(block: Any, x: Tensor, keys: Tensor, bias: Tensor | None = None) -> tuple[Tensor, Tensor]:
    normed_x, normed_keys = normed(block.norm_queries, x), normed(block.norm_keys, keys)
    mixed, weights = attended(block.attend, normed_x, normed_keys, bias)
    return x + mixed, weights


def real(tokens: Tokens, i: int) -> Tensor:
    """The real tokens of sample i, (n, d)."""
    return tokens.sequence[i, tokens.mask[i]]


def test_unimodal(pair: Pair) -> None:
    """h = f_m"""
    assert torch.equal(build("image-only")(*pair).vector, pair[0].pooled)
    assert torch.equal(build("text-only")(*pair).vector, pair[1].pooled)


def test_weighted(pair: Pair) -> None:
    """h = w_image f_image + w_text f_text, the weights learned or set by hand"""
    strategy, (image, text) = build("weighted"), pair
    e_image, e_text = strategy.scores.exp()
    w = e_image / (e_image + e_text)
    fused = strategy(image, text)
    torch.testing.assert_close(fused.vector, w * image.pooled + (1 - w) * text.pooled, **CLOSE)
    torch.testing.assert_close(fused.weights, torch.stack([w, 1 - w]).repeat(3, 1))
    by_hand = strategy(image, text, image_weight=0.3).vector
    torch.testing.assert_close(by_hand, 0.3 * image.pooled + 0.7 * text.pooled, **CLOSE)


def test_concat(pair: Pair) -> None:
    """h = [f_image, f_text]"""
    vector = build("concat")(*pair).vector
    for i in range(3):
        assert vector[i].tolist() == [*pair[0].pooled[i].tolist(), *pair[1].pooled[i].tolist()]


def test_gated(pair: Pair) -> None:
    """GMU: h_v = tanh(W_v x_v), h_t = tanh(W_t x_t), z = σ(W_z [x_v, x_t]), h = z * h_v + (1 - z) * h_t"""
    strategy, fused = build("gated"), build("gated")(*pair)
    for i in range(3):
        x_v, x_t = pair[0].pooled[i], pair[1].pooled[i]
        h_v, h_t = linear(strategy.image, x_v).tanh(), linear(strategy.text, x_t).tanh()
        z = 1 / (1 + (-linear(strategy.gate, torch.cat([x_v, x_t]))).exp())
        torch.testing.assert_close(fused.vector[i], z * h_v + (1 - z) * h_t, **CLOSE)
        torch.testing.assert_close(fused.weights[i], torch.stack([z.mean(), 1 - z.mean()]), **CLOSE)


def test_dynamic(pair: Pair) -> None:
    """h = Σ_m w_m V_m f_m, w = softmax of each modality's rating of itself"""
    strategy, fused = build("dynamic"), build("dynamic")(*pair)

    def rating(layers: Any, x: Tensor) -> Tensor:
        return linear(layers[2], F.gelu(linear(layers[0], x)))

    for i in range(3):
        x_v, x_t = pair[0].pooled[i], pair[1].pooled[i]
        e_v, e_t = rating(strategy.confidence_image, x_v).exp(), rating(strategy.confidence_text, x_t).exp()
        w = e_v / (e_v + e_t)
        expected = w * linear(strategy.image, x_v) + (1 - w) * linear(strategy.text, x_t)
        torch.testing.assert_close(fused.vector[i], expected, **CLOSE)
        torch.testing.assert_close(fused.weights[i], torch.cat([w, 1 - w]), **CLOSE)


def test_bilinear(pair: Pair) -> None:
    """LMF, equations 1 to 4: the outer product of [x_v, 1] and [x_t, 1] with the whole weight tensor, which
    the factors span"""
    strategy, fused = build("bilinear"), build("bilinear")(*pair)
    whole = torch.zeros(WIDTH + 1, WIDTH + 1, WIDTH)
    for image_factor, text_factor in zip(strategy.image, strategy.text, strict=True):
        for k in range(WIDTH):
            whole[:, :, k] += torch.outer(image_factor[:, k], text_factor[:, k])
    for i in range(3):
        z = torch.outer(*(torch.cat([tokens.pooled[i], torch.ones(1)]) for tokens in pair))
        expected = torch.stack([(whole[:, :, k] * z).sum() for k in range(WIDTH)]) + strategy.bias
        torch.testing.assert_close(fused.vector[i], expected, **CLOSE)


@pytest.mark.parametrize("weight", [0.5, 0.0, 0.25, 1.0])
def test_late(pair: Pair, weight: float) -> None:
    """p = softmax of the mean of two unimodal logits, each by its own tower and the common linear head"""
    strategy, head = build("late"), HEADS[STRATEGIES["late"].head].build(WIDTH, 5)
    fused = strategy(*pair, image_weight=weight)
    probabilities = head(fused).softmax(1)

    def logits(tower: Any, x: Tensor) -> Tensor:
        first, _, second, norm = tower
        return linear(head.out, normed(norm, linear(second, F.gelu(linear(first, x)))))

    for i in range(3):
        own = logits(strategy.image, pair[0].pooled[i]), logits(strategy.text, pair[1].pooled[i])
        expected = (weight * own[0] + (1 - weight) * own[1]).softmax(0)
        torch.testing.assert_close(probabilities[i], expected, **CLOSE)
    if weight == 0.5:
        torch.testing.assert_close(strategy(*pair).vector, fused.vector)


def test_shared(pair: Pair) -> None:
    """h = E(image) + E(text), one encoder E that is told which modality it reads"""
    strategy, fused = build("shared"), build("shared")(*pair)

    def encoded(tokens: Tokens, i: int, kind: Tensor) -> Tensor:
        x = real(tokens, i) + kind
        for block in strategy.encoder:
            x = self_block(block, x)
        return normed(strategy.norm, x)

    for i in range(3):
        patches, words = (encoded(tokens, i, strategy.kind[m]) for m, tokens in enumerate(pair))
        torch.testing.assert_close(fused.vector[i], patches.mean(0) + words.mean(0), **CLOSE)
        torch.testing.assert_close(fused.sequence[i, fused.mask[i]], torch.cat([patches, words]), **CLOSE)


@pytest.mark.parametrize("common", [0, 5])
def test_cross_attention(make_tokens: Callable[..., Tokens], common: int) -> None:
    """Each word starts with the gist of the picture; words read the patches, then each other; before the next
    layer the patches read the words. In a common space, a word is told the summary of how alike the patches
    are to it, and each head looks there by so much as it has learned."""
    image = make_tokens(3, 6, WIDTH, (2, 3), lengths=None if common else REAL_PATCHES, seed=1)
    text = make_tokens(3, 4, WIDTH, lengths=REAL_WORDS, seed=2)
    if common:
        places = make_tokens(3, 6, common, seed=4).sequence, make_tokens(3, 4, common, seed=5).sequence
        image, text = (replace(x, common=at) for x, at in zip((image, text), places, strict=True))
    strategy = build("cross-attention")
    fused = strategy(image, text)
    for i in range(3):
        patches, gist = real(image, i), linear(strategy.gist, image.pooled[i])
        words = torch.stack([word + gist for word in real(text, i)])
        alike = torch.zeros(len(words), len(patches))
        if image.common is not None and text.common is not None:
            for j in range(len(words)):
                alike[j] = torch.stack([text.common[i, j] @ x for x in image.common[i]]) / common**0.5
            told = summary(alike[None], image.grid)[0]
            words = words + strategy.match(told)
        expected = torch.zeros(fused.attention.shape[1:])  # (layers, heads, N_text, N_image)
        for layer in range(len(expected)):
            if layer:
                patches = cross_attended(strategy.patches_read[layer - 1], patches, words)[0]
            bias = torch.stack([share * alike for share in strategy.likeness[layer]])
            words, weights = cross_attended(strategy.words_read[layer], words, patches, bias)
            words = self_block(strategy.words_mix[layer], words)
            expected[layer, :, : len(words), : len(patches)] = weights
        torch.testing.assert_close(fused.attention[i], expected, **CLOSE)
        torch.testing.assert_close(fused.vector[i], normed(strategy.norm, words).mean(0), **CLOSE)


def test_bottleneck(pair: Pair) -> None:
    """MBT, equations 8 and 9: [z_m, b_m] = Transformer_m([z_m, b]), b = mean of the b_m"""
    strategy, fused = build("bottleneck"), build("bottleneck")(*pair)
    for i in range(3):
        z_v, z_t, b = real(pair[0], i), real(pair[1], i), strategy.bottleneck
        for image_layer, text_layer in zip(strategy.image, strategy.text, strict=True):
            y_v = self_block(image_layer, torch.cat([z_v, b]))
            y_t = self_block(text_layer, torch.cat([z_t, b]))
            z_v, z_t = y_v[: len(z_v)], y_t[: len(z_t)]
            b = (y_v[len(z_v) :] + y_t[len(z_t) :]) / 2
        means = [normed(strategy.norm, x).mean(0) for x in (z_v, z_t, b)]
        torch.testing.assert_close(fused.vector[i], sum(means) / 3, **CLOSE)
        torch.testing.assert_close(fused.sequence[i], normed(strategy.norm, b), **CLOSE)


@pytest.mark.parametrize("name", ["gated", "dynamic"])
def test_before_training_each_modality_is_taken_as_it_is(pair: Pair, name: str) -> None:
    """Up to a bias of each channel."""
    torch.manual_seed(3)
    strategy: Any = STRATEGIES[name].build(WIDTH)
    for layer, tokens in zip((strategy.image, strategy.text), pair, strict=True):
        torch.testing.assert_close(layer(tokens.pooled), tokens.pooled + layer.bias)


def test_every_strategy_has_a_reference() -> None:
    written = {name.removeprefix("test_").replace("_", "-") for name in globals()}
    for record in STRATEGIES:
        assert record.name in written or record.modality != "both", record.name
