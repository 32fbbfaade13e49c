"""Fitting: it learns, it stops, it goes on after an interruption exactly where it was."""

import gc
import weakref
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from fusion.device import device
from fusion.errors import UserError
from fusion.model import FusionModel
from fusion.recipe import Recipe
from fusion.strategies import STRATEGIES
from fusion.train import History, calibrate, fit, measure, predict
from tests.synthetic import GRID, PICTURES, make_model, make_samples, stored

RECIPE = Recipe(epochs=16, batch=32, rate=1e-2, modality_dropout=0.02, patience=16)


def weights(model: FusionModel) -> dict[str, torch.Tensor]:
    return {name: x.clone() for name, x in model.state_dict().items()}


def test_fit_learns_what_needs_both_modalities() -> None:
    train, validation = make_samples(400).split(0.2, seed=0)
    model = make_model("gated", train)
    history = fit(model, train, validation, RECIPE)
    assert history.train_loss[-1] < 0.5 * history.train_loss[0]
    assert history.best_accuracy > 0.9
    assert not model.training


def test_nothing_of_a_fit_stays_behind() -> None:
    train, validation = make_samples(60).split(0.2, seed=0)
    model = make_model("concat", train)
    fit(model, train, validation, Recipe(epochs=1, batch=32))
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


def test_the_best_epoch_is_kept() -> None:
    train, validation = make_samples(200).split(0.2, seed=0)
    model = make_model("concat", train)
    history = fit(model, train, validation, RECIPE)
    assert measure(model, validation)[0] == pytest.approx(history.best_accuracy)
    assert history.best_accuracy == max(history.validation_accuracy)


def test_a_fit_repeats_with_its_seed_and_changes_with_another() -> None:
    train, validation = make_samples(120).split(0.2, seed=0)

    def fitted(seed: int) -> History:
        torch.manual_seed(seed)
        return fit(make_model("weighted", train), train, validation, Recipe(epochs=2, batch=32, seed=seed))

    assert fitted(0) == fitted(0)
    assert fitted(0) != fitted(1)


@pytest.mark.parametrize("answers", [None, torch.eye(PICTURES)], ids=["alone", "told"])
def test_an_interrupted_fit_goes_on_to_the_same_weights(tmp_path: Path, answers: torch.Tensor | None) -> None:
    train, validation = make_samples(120).split(0.2, seed=0)
    whole = make_model("gated", train)
    fit(whole, train, validation, RECIPE, answers=answers)

    def interrupt(what: str, done: int, total: int) -> None:
        if what.endswith("epoch 4"):
            raise KeyboardInterrupt

    resumed = make_model("gated", train)
    with pytest.raises(KeyboardInterrupt):
        fit(resumed, train, validation, RECIPE, interrupt, tmp_path / "run", answers)
    assert (tmp_path / "run").is_file()
    resumed = make_model("gated", train)
    history = fit(resumed, train, validation, RECIPE, resume=tmp_path / "run", answers=answers)
    assert len(history.train_loss) == RECIPE.epochs
    assert not (tmp_path / "run").exists()
    for name, x in weights(whole).items():
        torch.testing.assert_close(weights(resumed)[name], x)


def test_a_damaged_or_foreign_run_is_left_aside(tmp_path: Path) -> None:
    train, validation = make_samples(80).split(0.2, seed=0)
    (tmp_path / "run").write_bytes(b"nothing of ours")
    history = fit(make_model("concat", train), train, validation, Recipe(epochs=1), resume=tmp_path / "run")
    assert len(history.train_loss) == 1


def test_a_run_with_another_head_is_left_aside(tmp_path: Path) -> None:
    train, validation = make_samples(80).split(0.2, seed=0)

    def interrupt(what: str, done: int, total: int) -> None:
        if what.endswith("epoch 2"):
            raise KeyboardInterrupt

    recipe = Recipe(epochs=2)
    with pytest.raises(KeyboardInterrupt):
        fit(make_model("concat", train), train, validation, recipe, interrupt, tmp_path / "run")
    other = make_model("concat", train, head="linear")
    assert len(fit(other, train, validation, recipe, resume=tmp_path / "run").train_loss) == 2


def test_the_scale_is_measured_without_what_is_held_back() -> None:
    samples = make_samples(40)
    train, validation = samples.split(0.5, seed=0)
    tokens = samples.images.read(torch.arange(40))
    for x in (tokens.sequence, tokens.pooled):
        x[validation.image_rows] = 1000
    models = []
    for images in (samples.images, stored(tokens.sequence, tokens.pooled, GRID)):
        models.append(make_model("gated", samples))
        calibrate(models[-1], replace(train, images=images))
    for name, x in weights(models[0]).items():
        torch.testing.assert_close(weights(models[1])[name], x)


def test_early_stopping_waits_for_its_patience() -> None:
    train, validation = make_samples(80).split(0.2, seed=0)
    recipe = Recipe(epochs=40, batch=32, rate=0.0, patience=2)
    history = fit(make_model("concat", train), train, validation, recipe)
    assert len(history.train_loss) == history.best + 1 + recipe.patience


def test_without_a_number_of_epochs_it_is_the_strategys_own() -> None:
    train, validation = make_samples(40).split(0.2, seed=0)
    for strategy in ("weighted", "bottleneck"):
        recipe = Recipe(rate=0.0, patience=100)
        history = fit(make_model(strategy, train), train, validation, recipe)
        assert len(history.train_loss) == STRATEGIES[strategy].epochs
    assert STRATEGIES["weighted"].epochs > STRATEGIES["bottleneck"].epochs


@pytest.mark.parametrize(
    "wrong",
    [
        {"epochs": 0},
        {"copies": -1},
        {"modality_dropout": 1.0},
        {"modality_dropout": -0.1},
        {"seed": -1},
        {"shots": 0},
    ],
)
def test_a_recipe_that_cannot_be_followed_is_one_sentence(wrong: dict[str, Any]) -> None:
    with pytest.raises(UserError, match=r"^A (fit takes|seed is) .*\.$"):
        Recipe(**wrong)


def test_accuracy_counts_every_accepted_answer() -> None:
    samples = make_samples(60)
    model = make_model("concat", samples).eval().to(device())
    anything = replace(samples, accepted=(tuple(range(PICTURES)),) * 60)
    nothing = replace(samples, accepted=((),) * 60)
    assert measure(model, anything)[0] == 1
    assert measure(model, nothing)[0] == 0
    assert measure(model, anything)[1] == pytest.approx(measure(model, nothing)[1]), "the loss is the label's"


def test_predictions_come_in_order_whatever_the_batch() -> None:
    samples = make_samples(90)
    model = make_model("cross-attention", samples).eval().to(device())
    torch.testing.assert_close(predict(model, samples, 7), predict(model, samples, 90), atol=1e-5, rtol=1e-4)
