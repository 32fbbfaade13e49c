"""Answers that share strength: what is left is one plain layer; answers that mean alike move together."""

import copy

import pytest
import torch
from torch import Tensor, nn

from fusion.model import FusionModel, ModelConfig
from fusion.open_answers import RIDGE, told_answers
from fusion.recipe import Recipe
from fusion.train import fit, predict
from tests.synthetic import PICTURES, make_model, make_samples

CLASSES, WIDTH, TOLD = 12, 8, 14
FEW, MANY = 3, 40  # answers: fewer than the width, and more than the space has directions
IMAGE, TEXT = 17, 15  # of the encoders


def model_of(common: int = 0, classes: int = CLASSES, strategy: str = "gated", head: str = "") -> FusionModel:
    torch.manual_seed(0)
    config = ModelConfig(strategy, IMAGE, TEXT, classes, WIDTH, head, common=common)
    return FusionModel(config).eval()


def vectors(classes: int = CLASSES, seed: int = 1) -> Tensor:
    return torch.randn(classes, TOLD, generator=torch.Generator().manual_seed(seed))


def unit(told: Tensor) -> Tensor:
    """About their mean, of length 1."""
    centred = told - told.mean(0)
    return centred / centred.norm(dim=1, keepdim=True)


def read_of(model: FusionModel) -> Tensor:
    """R, while answers are told."""
    (read,) = (x for name, x in model.out.named_parameters() if name.endswith("read"))
    return read.detach()


def inputs(model: FusionModel) -> Tensor:
    generator = torch.Generator().manual_seed(2)
    return torch.randn(9, model.out.in_features, generator=generator)


@pytest.mark.parametrize("common", [0, TOLD])
@pytest.mark.parametrize("classes", [FEW, CLASSES, MANY])
@pytest.mark.parametrize("strategy", ["gated", "concat"])
@pytest.mark.parametrize("head", ["", "linear", "recurrent"])
def test_after_the_block_the_layer_is_plain_with_the_same_outputs(
    common: int, classes: int, strategy: str, head: str
) -> None:
    """However many answers there are, and however wide the last layer is."""
    model = model_of(common, classes, strategy, head)
    out, names = model.out, sorted(model.state_dict())
    with told_answers(model, vectors(classes)):
        assert read_of(model).shape == (TOLD, out.in_features), "a common map is learned"
        inside = out(inputs(model)).detach()
    assert type(out) is nn.Linear
    assert sorted(model.state_dict()) == names
    assert all(isinstance(x, nn.Parameter) for x in (out.weight, out.bias))
    torch.testing.assert_close(out(inputs(model)), inside)
    torch.testing.assert_close(inputs(model) @ out.weight.T + out.bias, inside)


@pytest.mark.parametrize("common", [0, TOLD])
def test_within_the_block_rows_are_what_the_vectors_say(common: int) -> None:
    model, told = model_of(common), vectors()
    with told_answers(model, told):
        torch.testing.assert_close(model.out.weight, unit(told) @ read_of(model))


@pytest.mark.parametrize("common", [0, 4])
def test_without_vectors_or_a_space_in_common_the_rest_is_left_as_it_is(common: int) -> None:
    """Answers of another width than the common channels stand elsewhere."""
    before = model_of(common).state_dict()
    model = model_of(common)
    with told_answers(model, None):
        assert len(list(model.out.parameters())) == 2
    assert all(torch.equal(x, before[name]) for name, x in model.state_dict().items())
    with told_answers(model, vectors()):
        for aligner in ("align_image", "align_text"):
            name = f"{aligner}.project.weight"
            assert torch.equal(model.state_dict()[name], before[name])


@pytest.mark.parametrize("classes", [FEW, CLASSES, MANY])
def test_where_a_space_is_shared_both_modalities_start_on_the_answers_main_directions(classes: int) -> None:
    """Orthogonal ones, the strongest first; what they leave out of the answers is as little as can be."""
    model, told = model_of(TOLD, classes), vectors(classes)
    before = model.align_image.project.weight.detach().clone()
    with told_answers(model, told):
        image, text = (x.project.weight.detach() for x in (model.align_image, model.align_text))
    assert torch.equal(image[:, TOLD:], before[:, TOLD:])
    many = min(classes, WIDTH)
    assert torch.equal(image[many:], before[many:])
    basis = image[:many, :TOLD]
    assert torch.equal(basis, text[:many, :TOLD])
    torch.testing.assert_close(basis @ basis.T, torch.eye(many), atol=1e-5, rtol=1e-5)
    strengths = torch.linalg.svdvals(unit(told))
    torch.testing.assert_close((unit(told) @ basis.T).norm(dim=0), strengths[:many], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("classes", [FEW, MANY])
def test_where_a_space_is_shared_the_answers_are_read_by_ridge_regression(classes: int) -> None:
    """In both parts of the fused vector, up to noise that sets them apart: the mean of many draws."""
    told, parts = vectors(classes), []
    model = model_of(TOLD, classes, "concat", "linear")
    for seed in range(60):
        torch.manual_seed(seed)
        with told_answers(model, told):
            parts += read_of(model).split(WIDTH, dim=1)
    basis = model.align_image.project.weight[: min(classes, WIDTH), :TOLD].detach()
    expected = torch.linalg.inv(unit(told).T @ unit(told) + RIDGE * torch.eye(TOLD)) @ basis.T
    expected = expected / (unit(told) @ expected).norm(dim=1).mean()
    read = torch.stack(parts)  # (120, TOLD, WIDTH)
    torch.testing.assert_close(read.mean(0)[:, : len(basis)], expected, atol=0.02, rtol=0.02)
    assert (read.mean(0)[:, len(basis) :].abs() < 0.02).all()
    assert read.std(0).max() < 0.1


@pytest.mark.parametrize("classes", [FEW, CLASSES, MANY])
@pytest.mark.parametrize("strategy", ["weighted", "concat"])
def test_where_a_space_is_shared_what_says_an_answers_name_starts_out_as_that_answer(
    classes: int, strategy: str
) -> None:
    """The scores of a fused vector that holds an answer's projected vector."""
    told = vectors(classes)
    model = model_of(TOLD, classes, strategy, "linear")
    nn.init.zeros_(model.out.weight)
    nn.init.zeros_(model.out.bias)
    with told_answers(model, told):
        project = model.align_text.project.weight[:, :TOLD].clone()
        project[min(classes, WIDTH) :] = 0
        said = unit(told) @ project.T  # (classes, d)
        scores = model.out(said.repeat(1, model.out.in_features // WIDTH))
    right = (scores.argmax(1) == torch.arange(classes)).float().mean()
    assert right > 0.8


def test_an_error_in_the_block_leaves_a_plain_layer_too() -> None:
    model = model_of()
    with pytest.raises(KeyboardInterrupt), told_answers(model, vectors()):
        raise KeyboardInterrupt
    out = model.out
    assert type(out) is nn.Linear and sorted(out.state_dict()) == ["bias", "weight"]
    assert copy.deepcopy(out)(inputs(model)).shape == (9, CLASSES)


def test_answers_with_like_vectors_move_together() -> None:
    """Answer 1 means nearly what answer 0 means; only answer 0 is ever seen."""
    told = vectors()
    told[1] = told[0] + 0.05 * vectors(seed=3)[1]
    told[2] = -told[0]
    model = model_of()
    out, x = model.out, inputs(model)[:1]
    with told_answers(model, told):
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
