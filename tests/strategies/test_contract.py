"""The one contract, tested on every strategy that is registered."""

import inspect
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from fusion.model import FusionModel, ModelConfig
from fusion.strategies import STRATEGIES, Fused, Strategy, StrategyRecord
from fusion.tokens import Tokens

MakeTokens = Callable[..., Tokens]
WIDTH = 16
B, N_IMAGE, N_TEXT = 4, 9, 5
REAL_PATCHES, REAL_WORDS = [9, 6, 0, 9], [5, 2, 3, 0]  # sample 2 lacks its picture, sample 3 its text
ALL = pytest.mark.parametrize("record", list(STRATEGIES), ids=lambda record: record.name)


def build(record: StrategyRecord) -> Strategy:
    torch.manual_seed(0)
    return record.build(WIDTH).eval()


@pytest.fixture(params=[0, 6], ids=["apart", "in a common space"])
def common(request: pytest.FixtureRequest) -> int:
    """How many channels both modalities have in one space."""
    return request.param


def standing_in(tokens: Tokens, common: int, seed: int) -> Tokens:
    """The tokens in a common space, as alignment leaves them: nothing where there is no token."""
    if not common:
        return tokens
    generator = torch.Generator().manual_seed(seed)
    places = torch.randn(*tokens.mask.shape, common, generator=generator)
    return replace(tokens, common=places * tokens.mask[..., None])


@pytest.fixture
def image(make_tokens: MakeTokens, common: int) -> Tokens:
    return standing_in(make_tokens(B, N_IMAGE, WIDTH, (3, 3), lengths=REAL_PATCHES, seed=1), common, 3)


@pytest.fixture
def text(make_tokens: MakeTokens, common: int) -> Tokens:
    return standing_in(make_tokens(B, N_TEXT, WIDTH, lengths=REAL_WORDS, texts=True, seed=2), common, 4)


def same(a: Fused, b: Fused) -> None:
    """Vectors and weights agree."""
    torch.testing.assert_close(a.vector, b.vector, atol=1e-5, rtol=1e-5)
    if a.weights is not None:
        torch.testing.assert_close(a.weights, b.weights, atol=1e-5, rtol=1e-5)


def check_shapes(strategy: Strategy, fused: Fused, samples: int, patches: int, words: int) -> None:
    """Shapes as the contract says, every number finite, weights and rows of attention summing to 1."""
    assert fused.vector.shape == (samples, strategy.output_width)
    assert torch.isfinite(fused.vector).all()
    if fused.weights is not None:
        assert fused.weights.shape == (samples, 2)
        assert (fused.weights >= 0).all()
        torch.testing.assert_close(fused.weights.sum(1), torch.ones(samples))
    if fused.attention is not None:
        assert fused.attention.dim() == 5
        b, layers, heads, n_text, n_image = fused.attention.shape
        assert (b, n_text, n_image) == (samples, words, patches)
        assert min(layers, heads) >= 1
        assert (fused.attention >= 0).all()
    assert (fused.sequence is None) == (fused.mask is None)
    if fused.sequence is not None and fused.mask is not None:
        assert fused.sequence.shape == (*fused.mask.shape, WIDTH)
        assert fused.mask.shape[0] == samples
        assert fused.mask.any(1).all()
        assert torch.isfinite(fused.sequence).all()


@ALL
def test_shapes(record: StrategyRecord, image: Tokens, text: Tokens) -> None:
    strategy = build(record)
    check_shapes(strategy, strategy(image, text), B, N_IMAGE, N_TEXT)


@ALL
def test_attention_is_real(record: StrategyRecord, image: Tokens, text: Tokens) -> None:
    """Rows of real words sum to 1 over real patches and are 0 on padding; rows of padding are 0."""
    attention = build(record)(image, text).attention
    if attention is None:
        return
    patches, words = image.mask.clone(), text.mask.clone()
    patches[2, 0] = words[3, 0] = True  # the learned absent tokens stand in the first place
    real = words[:, None, None, :].expand(attention.shape[:-1])
    torch.testing.assert_close(attention.sum(-1), real.float())
    assert not attention.masked_select(~patches[:, None, None, None].expand_as(attention)).any()
    assert (attention.masked_select(real[..., None] & patches[:, None, None, None]) > 0).all()


@ALL
def test_either_input_may_be_missing(record: StrategyRecord, image: Tokens, text: Tokens) -> None:
    strategy = build(record)
    check_shapes(strategy, strategy(image, None), B, N_IMAGE, 1)
    check_shapes(strategy, strategy(None, text), B, 1, N_TEXT)
    nowhere = torch.full((B,), -1)
    check_shapes(strategy, strategy(image.select(nowhere), text.select(nowhere)), B, N_IMAGE, N_TEXT)
    same(strategy(image, text.select(nowhere)), strategy(image, None))
    same(strategy(image.select(nowhere), text), strategy(None, text))


@ALL
def test_without_any_input_it_refuses(record: StrategyRecord) -> None:
    with pytest.raises(ValueError, match="image, a text or both"):
        build(record)(None, None)


@ALL
def test_a_sample_alone_is_the_same_as_in_the_batch(
    record: StrategyRecord, image: Tokens, text: Tokens
) -> None:
    strategy = build(record)
    together = strategy(image, text)
    for i in range(B):
        row, n = torch.tensor([i]), max(1, REAL_WORDS[i])
        one = text.select(row)
        one = replace(  # without its padding
            one,
            sequence=one.sequence[:, :n],
            mask=one.mask[:, :n],
            common=None if one.common is None else one.common[:, :n],
        )
        alone = strategy(image.select(row), one)
        torch.testing.assert_close(alone.vector[0], together.vector[i], atol=1e-5, rtol=1e-5)
        if together.weights is not None and alone.weights is not None:
            torch.testing.assert_close(alone.weights[0], together.weights[i], atol=1e-5, rtol=1e-5)
        if together.attention is not None and alone.attention is not None:
            torch.testing.assert_close(
                alone.attention[0], together.attention[i, :, :, :n], atol=1e-5, rtol=1e-5
            )


@ALL
def test_more_padding_changes_nothing(record: StrategyRecord, image: Tokens, text: Tokens) -> None:
    strategy = build(record)

    def longer(tokens: Tokens) -> Tokens:
        more = torch.full((B, 3, WIDTH), 7.0)
        mask = torch.cat([tokens.mask, tokens.mask.new_zeros(B, 3)], 1)
        common = tokens.common
        if common is not None:
            common = torch.cat([common, common.new_zeros(B, 3, common.shape[2])], 1)
        sequence = torch.cat([tokens.sequence, more], 1)
        return replace(tokens, sequence=sequence, mask=mask, grid=None, common=common)

    # Where patches are likened to words they are a picture's grid, which has no padding.
    same(strategy(image if image.common is not None else longer(image), longer(text)), strategy(image, text))


@ALL
def test_neither_padding_nor_a_missing_input_is_read(
    record: StrategyRecord, image: Tokens, text: Tokens
) -> None:
    def garbled(tokens: Tokens) -> Tokens:
        return replace(
            tokens,
            sequence=torch.where(tokens.mask[..., None], tokens.sequence, 1e3),
            pooled=torch.where(tokens.present[:, None], tokens.pooled, 1e3),
        )

    strategy = build(record)
    same(strategy(garbled(image), garbled(text)), strategy(image, text))


@ALL
def test_it_reads_what_its_record_says(record: StrategyRecord, image: Tokens, text: Tokens) -> None:
    """Both modalities, or the one of a unimodal baseline and never the other."""
    strategy = build(record)
    both = torch.tensor([0, 1])
    image, text = image.select(both), text.select(both)
    vector = strategy(image, text).vector
    turned = replace(image, sequence=-image.sequence, pooled=-image.pooled)
    other = replace(text, sequence=-text.sequence, pooled=-text.pooled)
    reads_image = not torch.allclose(strategy(turned, text).vector, vector, atol=1e-6)
    reads_text = not torch.allclose(strategy(image, other).vector, vector, atol=1e-6)
    assert (reads_image, reads_text) == (record.modality != "text", record.modality != "image")


@ALL
def test_every_parameter_receives_a_gradient(record: StrategyRecord, make_tokens: MakeTokens) -> None:
    """The absent tokens' too; a unimodal baseline leaves alone what belongs to the other modality."""
    torch.manual_seed(0)
    model = FusionModel(ModelConfig(record.name, 6, 10, classes=3, width=WIDTH, common=5)).eval()
    if model.naming is not None:
        model.naming.tell(torch.randn(3, 5))
    image, text = make_tokens(6, 36, 6, (6, 6)), make_tokens(6, 5, 10, lengths=[5, 4, 3, 2, 1, 5])
    rows = torch.tensor([0, 1, -1, 3, 4, -1]), torch.tensor([0, 1, 2, -1, -1, 5])
    logits, _ = model(image, text, rows=rows)
    torch.nn.functional.cross_entropy(logits, torch.arange(6) % 3).backward()
    unread = {"image": "text", "text": "image"}.get(record.modality)
    for name, parameter in model.named_parameters():
        reached = parameter.grad is not None and bool(parameter.grad.any())
        belongs = name.startswith((f"align_{unread}.", f"strategy.absent_{unread}"))
        assert reached != belongs, name
        assert parameter.grad is None or torch.isfinite(parameter.grad).all()


@ALL
def test_the_loss_falls(record: StrategyRecord, make_tokens: MakeTokens) -> None:
    """On a question that needs both inputs: are the two signs equal? Where predictions are added (a linear
    head), which the sum cannot tell, and for one modality, which sign is it."""
    torch.manual_seed(0)
    signs = torch.tensor([(a, b) for a in (0, 1) for b in (0, 1)] * 8).T  # (2, 32)
    image, text = make_tokens(32, 4, 6, (2, 2)), make_tokens(32, 3, 10, lengths=[3, 2] * 16)

    def marked(tokens: Tokens, sign: torch.Tensor) -> Tokens:
        mark = (2.0 * sign - 1)[:, None] * torch.ones(tokens.width)
        return replace(tokens, sequence=tokens.sequence + mark[:, None], pooled=0.5 * tokens.pooled + mark)

    if record.modality != "both":
        labels = signs[0 if record.modality == "image" else 1]
    else:
        labels = 2 * signs[0] + signs[1] if record.head == "linear" else signs[0] ^ signs[1]
    model = FusionModel(ModelConfig(record.name, 6, 10, classes=4, width=WIDTH))
    inputs = marked(image, signs[0]), marked(text, signs[1])
    optimizer = torch.optim.AdamW(model.parameters(), 5e-3)
    before = torch.nn.functional.cross_entropy(model.eval()(*inputs)[0], labels)
    model.train()
    for _ in range(100):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(*inputs)[0], labels).backward()
        optimizer.step()
    logits = model.eval()(*inputs)[0]
    assert torch.nn.functional.cross_entropy(logits, labels) < 0.2 * before
    assert (logits.argmax(1) == labels).float().mean() > 0.95


@ALL
def test_it_works_at_the_width_that_it_is_fitted_with(
    record: StrategyRecord, make_tokens: MakeTokens
) -> None:
    strategy = record.build(record.width).eval()
    image, text = make_tokens(2, 4, record.width, (2, 2)), make_tokens(2, 3, record.width)
    assert strategy(image, text).vector.shape == (2, strategy.output_width)
    assert strategy.output_width % record.width == 0, "parts as wide as the tokens"


@ALL
def test_live_parameters_change_the_output(record: StrategyRecord, image: Tokens, text: Tokens) -> None:
    strategy, taken = build(record), inspect.signature(build(record).forward).parameters
    assert list(taken) == ["image", "text", *(parameter.name for parameter in record.parameters)]
    for parameter in record.parameters:
        assert parameter.low < parameter.high
        assert parameter.label
        low, high = (strategy(image, text, **{parameter.name: x}) for x in (parameter.low, parameter.high))
        assert not torch.allclose(low.vector, high.vector)
        check_shapes(strategy, low, B, N_IMAGE, N_TEXT)


@ALL
def test_a_weight_of_0_or_1_leaves_one_modality_out(
    record: StrategyRecord, image: Tokens, text: Tokens
) -> None:
    strategy = build(record)
    for parameter in record.parameters:
        if parameter.name != "image_weight":
            continue
        for value, changed in ((1.0, (image, None)), (0.0, (None, text))):
            fused = strategy(image, text, image_weight=value)
            assert fused.weights is not None
            assert fused.weights.tolist() == [[value, 1 - value]] * B
            torch.testing.assert_close(strategy(*changed, image_weight=value).vector, fused.vector)


@ALL
def test_the_record_says_what_it_is(record: StrategyRecord) -> None:
    assert record.summary.endswith(".")
    assert record.formula
    assert record.source
    assert record.modality in ("both", "image", "text")
    assert (record.build.__doc__ or "").strip()
