"""Answers that share strength: what is left is one plain layer; answers that mean alike move together."""

import copy

import pytest
import torch
from torch import Tensor, nn

from fusion.open_answers import told_answers
from fusion.train import Recipe, fit, predict
from tests.synthetic import PICTURES, make_model, make_samples

CLASSES, WIDTH = 6, 8


def layer() -> nn.Linear:
    torch.manual_seed(0)
    return nn.Linear(WIDTH, CLASSES)


def vectors(seed: int = 1) -> Tensor:
    return torch.randn(CLASSES, 5, generator=torch.Generator().manual_seed(seed))


def inputs() -> Tensor:
    return torch.randn(9, WIDTH, generator=torch.Generator().manual_seed(2))


def test_after_the_block_the_layer_is_plain_with_the_same_outputs() -> None:
    out = layer()
    names = sorted(out.state_dict())
    with told_answers(out, vectors()):
        assert len(list(out.parameters())) == 3, "a common map is learned beside the rows and the biases"
        inside = out(inputs()).detach()
    assert type(out) is nn.Linear
    assert sorted(out.state_dict()) == names
    assert all(isinstance(x, nn.Parameter) for x in (out.weight, out.bias))
    torch.testing.assert_close(out(inputs()), inside)
    torch.testing.assert_close(inputs() @ out.weight.T + out.bias, inside)


def test_within_the_block_rows_are_their_own_and_what_the_vectors_say() -> None:
    out = layer()
    own, told = out.weight.detach().clone(), vectors()
    with told_answers(out, told):
        (read,) = (x for name, x in out.named_parameters() if name.endswith("read"))
        centred = told - told.mean(0)
        unit = centred / centred.norm(dim=1, keepdim=True)
        torch.testing.assert_close(out.weight, own + unit @ read)


def test_without_vectors_the_layer_is_left_as_it_is() -> None:
    out, before = layer(), layer()
    with told_answers(out, None):
        assert len(list(out.parameters())) == 2
    torch.testing.assert_close(out.weight, before.weight)


def test_an_error_in_the_block_leaves_a_plain_layer_too() -> None:
    out = layer()
    with pytest.raises(KeyboardInterrupt), told_answers(out, vectors()):
        raise KeyboardInterrupt
    assert type(out) is nn.Linear and sorted(out.state_dict()) == ["bias", "weight"]
    assert copy.deepcopy(out)(inputs()).shape == (9, CLASSES)


def test_answers_with_like_vectors_move_together() -> None:
    """Answer 1 means nearly what answer 0 means; only answer 0 is ever seen."""
    told = vectors()
    told[1] = told[0] + 0.05 * vectors(3)[1]
    told[2] = -told[0]
    out = layer()
    x = inputs()[:1]
    with told_answers(out, told):
        before = out(x).detach()
        optimizer = torch.optim.SGD(out.parameters(), 0.1)
        for _ in range(5):
            optimizer.zero_grad()
            (-out(x)[0, 0]).backward()
            optimizer.step()
        moved = (out(x).detach() - before)[0]
    assert moved[0] > moved[1] > 0.3 * moved[0]
    assert moved[2] < 0


def test_a_fit_with_told_answers_ends_in_a_plain_model_that_has_learned() -> None:
    train, validation = make_samples(300).split(0.2, seed=0)
    model = make_model("gated", train)
    names = set(model.state_dict())
    recipe = Recipe(epochs=12, batch=32, rate=1e-2, modality_dropout=0.0)
    history = fit(model, train, validation, recipe, answers=torch.eye(PICTURES))
    assert set(model.state_dict()) == names
    assert history.best_accuracy > 0.9
    right = validation.right(predict(model, validation)).float().mean().item()
    assert right == pytest.approx(history.best_accuracy)
