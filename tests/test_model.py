"""The model: alignment, strategy and head together; rows, missing inputs, live settings."""

from collections.abc import Callable
from dataclasses import asdict, replace

import pytest
import torch

from fusion.align import interpolate_grid
from fusion.errors import UserError
from fusion.model import FusionModel, ModelConfig, suitable_head
from fusion.strategies import STRATEGIES
from fusion.tokens import Tokens

ALL = pytest.mark.parametrize("strategy", STRATEGIES.names())
COMMON = pytest.mark.parametrize("common", [0, 4])


def build(strategy: str, **options: object) -> FusionModel:
    torch.manual_seed(0)
    return FusionModel(ModelConfig(strategy, 6, 10, classes=4, width=16, **options)).eval()  # type: ignore[arg-type]


@pytest.fixture
def image(make_tokens: Callable[..., Tokens]) -> Tokens:
    return make_tokens(3, 64, 6, (8, 8))


@pytest.fixture
def text(make_tokens: Callable[..., Tokens]) -> Tokens:
    return make_tokens(3, 5, 10, lengths=[5, 2, 3], texts=True, seed=1)


@ALL
@COMMON
def test_rows_are_the_same_as_expanding_by_hand(
    strategy: str, common: int, image: Tokens, text: Tokens
) -> None:
    model = build(strategy, common=common)
    at = torch.tensor([0, 2, 2, 1]), torch.tensor([1, 1, 0, 2])
    logits, fused = model(image, text, rows=at)
    expected, by_hand = model(image.select(at[0]), text.select(at[1]))
    assert logits.shape == (4, 4)
    torch.testing.assert_close(logits, expected, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(fused.vector, by_hand.vector, atol=1e-5, rtol=1e-5)


@ALL
@COMMON
def test_row_minus_1_is_the_same_as_no_input(strategy: str, common: int, image: Tokens, text: Tokens) -> None:
    model = build(strategy, common=common)
    here, nowhere = torch.tensor([0, 1]), torch.tensor([-1, -1])
    pairs = (
        (model(image, text, rows=(here, nowhere)), model(image.select(here), None)),
        (model(image, text, rows=(nowhere, here)), model(None, text.select(here))),
    )
    for (rows, _), (none, _) in pairs:
        torch.testing.assert_close(rows, none, atol=1e-5, rtol=1e-5)
    neither, _ = model(image, text, rows=(nowhere, nowhere))
    assert torch.isfinite(neither).all()
    torch.testing.assert_close(neither[0], neither[1])


@ALL
@COMMON
def test_a_text_without_a_word_is_the_same_as_no_text(
    strategy: str, common: int, image: Tokens, make_tokens: Callable[..., Tokens]
) -> None:
    model = build(strategy, common=common)
    wordless = make_tokens(3, 5, 10, lengths=[0, 0, 0], texts=True)
    torch.testing.assert_close(model(image, wordless)[0], model(image, None)[0], atol=1e-5, rtol=1e-5)


@ALL
def test_live_settings_reach_the_strategy(strategy: str, image: Tokens, text: Tokens) -> None:
    model, record = build(strategy), STRATEGIES[strategy]
    for parameter in record.parameters:
        low, high = (model(image, text, **{parameter.name: x})[0] for x in (parameter.low, parameter.high))
        assert not torch.allclose(low, high)
    with pytest.raises(TypeError):
        model(image, text, no_such_setting=1.0)


@ALL
def test_pictures_reach_the_strategy_at_the_grid_it_wants(
    strategy: str, image: Tokens, text: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, wanted = build(strategy), STRATEGIES[strategy].grid
    seen: list[tuple[Tokens, Tokens]] = []
    plain = model.strategy.alone
    monkeypatch.setattr(model.strategy, "alone", lambda i, t: seen.append((i, t)) or plain(i, t))
    model(image, text)
    got_image, got_text = seen[0]
    patches = {None: 1, (): 64}.get(wanted) or wanted[0] * wanted[1]  # type: ignore[index]
    assert got_image.sequence.shape == (3, patches, 16)
    assert got_text.sequence.shape == (3, 1 if wanted is None else 5, 16)


def test_an_encoders_frozen_tokens_can_be_trained_on(image: Tokens, text: Tokens) -> None:
    """They are made under inference_mode, which autograd refuses to keep."""
    with torch.inference_mode():
        frozen = image.to("cpu", torch.float64).to("cpu"), text.to("cpu", torch.float64).to("cpu")
    assert frozen[0].sequence.is_inference()
    for strategy in STRATEGIES.names():
        build(strategy)(*frozen)[0].sum().backward()


@pytest.mark.parametrize(("common", "suits"), [(0, "fully-connected"), (4, "residual")])
def test_the_head_is_the_one_that_suits_unless_another_is_asked_for(common: int, suits: str) -> None:
    """Asked for by name, or by the strategy's record, which goes before what suits."""
    assert suitable_head(common) == suits
    for record in STRATEGIES:
        plain = build(record.name, common=common)
        assert type(plain.head) is type(build(record.name, head=record.head or suits).head)
        asked = build(record.name, common=common, head="recurrent").head
        assert type(asked) is type(build("concat", head="recurrent").head)


def test_starting_from_a_basis_puts_both_modalities_common_channels_on_the_same_directions() -> None:
    torch.manual_seed(1)
    model, basis = build("concat", common=4), torch.randn(5, 4)
    aligners = model.align_image, model.align_text
    before = [aligner.project.weight.detach().clone() for aligner in aligners]
    model.start_from(basis)
    for aligner, weight in zip(aligners, before, strict=True):
        expected = weight.clone()
        expected[:5, :4] = basis
        assert torch.equal(aligner.project.weight, expected)
        assert aligner.project.weight.requires_grad


def test_the_common_channels_reach_the_strategy(image: Tokens, text: Tokens) -> None:
    model = build("cross-attention", common=4)
    seen: list[Tokens] = []
    hook = model.strategy.register_forward_pre_hook(lambda module, inputs: seen.extend(inputs))
    model(image, text)
    hook.remove()
    assert len(seen) == 2
    for tokens in seen:
        assert tokens.common is not None
        assert tokens.common.shape == (*tokens.sequence.shape[:2], 4)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(UserError, match="strategy"):
        build("no-such")
    with pytest.raises(UserError, match="head"):
        build("concat", head="no-such")


def test_parameters_are_counted_and_the_configuration_makes_the_same_model() -> None:
    model = build("bilinear")
    align = (6 * 16 + 16 + 32) + (10 * 16 + 16 + 32)
    fuse = 2 * 4 * 17 * 16 + 16 + 2 * 16
    head = 32 + (16 * 16 + 16) + (16 * 4 + 4)
    assert model.parameter_count == align + fuse + head
    again = FusionModel(ModelConfig(**asdict(model.config)))
    again.load_state_dict(model.state_dict())


@ALL
@COMMON
def test_parts_of_a_picture_are_the_same_as_replacing_patches_by_hand(
    strategy: str, common: int, image: Tokens, text: Tokens
) -> None:
    model = build(strategy, common=common)
    model.align_image.mean.normal_(generator=torch.Generator().manual_seed(3))
    one = image.select(torch.tensor([1]))
    grid = model.seen_grid(one)
    assert grid is not None
    one = interpolate_grid(one, grid)
    n = one.sequence.shape[1]
    keep = torch.rand(4, n, generator=torch.Generator().manual_seed(4)) < 0.5
    keep[0], keep[1] = True, False
    at = torch.tensor([0, 1, 2, 3, 3]), torch.tensor([0, 1, 2, 0, 1])
    found = model.partly(one, keep, text, at)
    sequence = torch.where(keep[..., None], one.sequence, model.align_image.mean)
    pooled = one.pooled + (sequence - one.sequence).mean(1)
    by_hand = replace(one, sequence=sequence, pooled=pooled, mask=one.mask.expand(4, -1))
    torch.testing.assert_close(found, model(by_hand, text, rows=at)[0], atol=1e-5, rtol=1e-4)
