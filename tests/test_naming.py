"""Naming: the answer that says what is seen scores most, by a gate that the question opens."""

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from sklearn.linear_model import Ridge
from torch import Tensor

from fusion.model import FusionModel, ModelConfig
from fusion.naming import RANK, RIDGE, STRENGTH, Naming
from fusion.open_answers import told_answers
from fusion.strategies import STRATEGIES
from fusion.tokens import Tokens

COMMON, WIDTH, CLASSES = 24, 8, 15
MakeTokens = Callable[..., Tokens]


def answers(classes: int = CLASSES, common: int = COMMON) -> Tensor:
    made = torch.randn(classes, common, generator=torch.Generator().manual_seed(0))
    return torch.nn.functional.normalize(made - made.mean(0), dim=1)


@pytest.fixture
def naming() -> Naming:
    made = Naming(COMMON, WIDTH, CLASSES)
    made.tell(answers())
    return made


def showing(tokens: Tokens, shown: Tensor) -> Tokens:
    """The same tokens, pooled to what is shown in the common channels."""
    return replace(tokens, pooled=torch.cat([shown, torch.randn(len(shown), 3)], dim=1))


def test_what_shows_an_answer_is_named_so_however_strongly(naming: Naming, make_tokens: MakeTokens) -> None:
    image = showing(make_tokens(CLASSES, 4, COMMON + 3), answers())
    scores = naming.seen(image.pooled, image.present)
    assert torch.equal(scores.argmax(1), torch.arange(CLASSES))
    assert scores.diagonal().mean().item() == pytest.approx(STRENGTH, rel=1e-4)
    stronger = replace(image, pooled=7 * image.pooled)
    torch.testing.assert_close(naming.seen(stronger.pooled, stronger.present), scores)


@pytest.mark.parametrize("classes", [CLASSES, 2 * RANK])
def test_it_reads_as_ridge_regression_on_the_main_directions(classes: int) -> None:
    common = 2 * RANK
    naming, told = Naming(common, WIDTH, classes), answers(classes, common)
    naming.tell(told)
    rank = min(RANK, classes)
    assert naming.basis.shape == (rank, common)
    strengths = torch.linalg.svdvals(told)[:rank]
    torch.testing.assert_close((told @ naming.basis.T).norm(dim=0), strengths, atol=1e-4, rtol=1e-4)
    known = told @ naming.basis.T
    fitted = Ridge(alpha=RIDGE, fit_intercept=False).fit(known.numpy(), torch.eye(classes).numpy())
    expected = torch.from_numpy(fitted.coef_).float()
    expected = STRENGTH * expected / (expected * known).sum(1).mean()
    torch.testing.assert_close(naming.reading, expected, atol=1e-3, rtol=1e-3)


def test_until_it_is_told_it_names_nothing(make_tokens: MakeTokens) -> None:
    blank = Naming(COMMON, WIDTH, CLASSES)
    some = make_tokens(2, 4, COMMON)
    assert not blank.seen(some.pooled, some.present).any()


def test_the_gate_starts_the_same_for_every_question_and_never_turns(
    naming: Naming, make_tokens: MakeTokens
) -> None:
    text = make_tokens(3, 5, WIDTH, lengths=[5, 2, 0], texts=True)
    torch.testing.assert_close(naming.asked(text)[:, 0], torch.tensor([math.log(2)] * 2 + [0.0]))
    with torch.no_grad():
        naming.gate.bias.fill_(-30)
    assert (naming.asked(text) >= 0).all()


def test_a_missing_picture_shows_nothing(naming: Naming, make_tokens: MakeTokens) -> None:
    image = make_tokens(2, 4, COMMON, (2, 2), lengths=[4, 0])
    scores = naming.seen(image.pooled, image.present)
    assert scores[0].any() and not scores[1].any()


def model_of(strategy: str, common: int = COMMON) -> FusionModel:
    torch.manual_seed(0)
    return FusionModel(ModelConfig(strategy, COMMON + 3, COMMON, CLASSES, WIDTH, common=common)).eval()


@pytest.mark.parametrize("strategy", STRATEGIES.names())
def test_only_what_reads_both_modalities_names_and_only_in_a_shared_space(strategy: str) -> None:
    both = STRATEGIES[strategy].modality == "both"
    assert (model_of(strategy).naming is not None) == both
    assert model_of(strategy, common=0).naming is None


def test_a_model_adds_what_is_named_to_what_its_head_says(make_tokens: MakeTokens) -> None:
    model = model_of("gated")
    assert model.naming is not None
    image = showing(make_tokens(3, 4, COMMON + 3, (2, 2)), answers()[:3])
    text = make_tokens(3, 5, COMMON, lengths=[5, 2, 0], texts=True)
    plain, _ = model(image, text)
    model.naming.tell(answers())
    named, _ = model(image, text)
    added = model.naming.seen(image.pooled, image.present) * torch.tensor([[math.log(2)], [math.log(2)], [0]])
    torch.testing.assert_close(named - plain, added, atol=1e-5, rtol=1e-4)


def test_training_moves_the_gate_and_leaves_the_names(make_tokens: MakeTokens) -> None:
    model = model_of("concat").train()
    assert model.naming is not None
    image = make_tokens(6, 4, COMMON + 3, (2, 2))
    text = make_tokens(6, 5, COMMON, texts=True, seed=1)
    with told_answers(model, torch.randn(CLASSES, COMMON)):
        reading = model.naming.reading.clone()
        assert reading.any()
        optimizer = torch.optim.SGD(model.parameters(), 0.5)
        torch.nn.functional.cross_entropy(model(image, text)[0], torch.arange(6)).backward()
        optimizer.step()
    assert model.naming.gate.weight.any()
    assert torch.equal(model.naming.reading, reading)


@pytest.mark.parametrize("common", [0, COMMON])
def test_a_temperature_divides_all_that_is_added(common: int, make_tokens: MakeTokens) -> None:
    model = model_of("weighted", common)
    if model.naming is not None:
        model.naming.tell(answers())
    image, text = make_tokens(3, 4, COMMON + 3, (2, 2)), make_tokens(3, 5, COMMON, texts=True)
    before, _ = model(image, text)
    model.divide(2.5)
    torch.testing.assert_close(model(image, text)[0], before / 2.5, atol=1e-5, rtol=1e-4)
    assert model.out.weight.requires_grad
