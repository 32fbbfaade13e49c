"""What a recipe's options do to the steps of a fit, and that without them nothing is any different."""

import copy
import math
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F

from fusion.balance import Balance
from fusion.balance.classes import class_weights
from fusion.data.samples import Samples
from fusion.device import device
from fusion.errors import UserError
from fusion.forward import forward, predict
from fusion.model import FusionModel
from fusion.recipe import Recipe
from fusion.train import calibrate, fit, measure
from tests.synthetic import PICTURES, make_model, make_samples

OPTIONS: dict[str, dict[str, Any]] = {
    "class weights": {"class_weights": True},
    "balanced": {"balanced": True},
    "modulation": {"modulation": 0.5},
    "blending": {"blending": True},
    "all": {"class_weights": True, "modulation": 0.5, "blending": True, "modality_dropout": 0.2},
}


def plainly_fitted(model: FusionModel, train: Samples, recipe: Recipe) -> None:
    """The steps of a fit with modality dropout, written out."""
    calibrate(model, train)
    torch.manual_seed(recipe.seed)
    order = torch.Generator().manual_seed(recipe.seed)
    optimizer = torch.optim.AdamW(model.parameters(), recipe.rate, weight_decay=recipe.weight_decay)
    steps = math.ceil(len(train) / recipe.batch) * (recipe.epochs or 0)

    def rate(i: int) -> float:
        share = i / steps
        if share < recipe.warmup:
            return (share + 0.01) / (recipe.warmup + 0.01)
        return 0.5 * (1 + math.cos(math.pi * min(1.0, (share - recipe.warmup) / (1 - recipe.warmup))))

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    for _ in range(recipe.epochs or 0):
        model.train()
        for at in train.batches(recipe.batch, order):
            inputs, rows = [], []
            for store, one in ((train.images, train.image_rows[at]), (train.texts, train.text_rows[at])):
                there, row = torch.unique(one, return_inverse=True)
                inputs.append(store.read(there))
                rows.append(row.masked_fill(torch.rand(len(at)) < recipe.modality_dropout, -1))
            logits, _ = model(*inputs, rows=(rows[0], rows[1]))
            optimizer.zero_grad()
            F.cross_entropy(logits, train.labels[at]).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    model.eval()


def test_without_options_a_fit_is_what_it_always_was() -> None:
    if device().type != "cpu":
        pytest.skip("A GPU draws what is dropped in another order.")
    train, validation = make_samples(160).split(0.2, seed=0)
    recipe = Recipe(epochs=3, batch=32, modality_dropout=0.3)
    model = make_model("cross-attention", train)
    plain = copy.deepcopy(model)
    fit(model, train, validation, recipe)
    plainly_fitted(plain, train, recipe)
    best = model.state_dict()
    for name, x in plain.state_dict().items():
        assert torch.equal(best[name], x), name


@pytest.mark.parametrize("option", OPTIONS)
def test_each_option_learns_and_is_another_fit_than_without(option: str) -> None:
    train, validation = make_samples(400).split(0.2, seed=0)
    losses = []
    for changes in ({}, OPTIONS[option]):
        model = make_model("gated", train)
        recipe = Recipe(epochs=12, batch=32, rate=1e-2, patience=12, **changes)
        losses.append(fit(model, train, validation, recipe).train_loss)
        assert measure(model, validation)[0] > 0.8
    assert losses[0] != losses[1]


@pytest.mark.parametrize("strategy", ["image-only", "text-only"])
def test_what_balances_modalities_does_nothing_to_a_strategy_of_one(strategy: str) -> None:
    train, validation = make_samples(120).split(0.2, seed=0)
    fits = []
    for changes in ({}, {"modulation": 1.0, "blending": True}):
        model = make_model(strategy, train)
        fits.append(fit(model, train, validation, Recipe(epochs=2, batch=32, **changes)))
    assert fits[0] == fits[1]


def test_the_loss_of_a_rare_class_counts_as_it_weighs() -> None:
    samples = make_samples(200)
    rare = torch.where(samples.labels == 0)[0][:5]
    train = samples.subset(torch.cat([rare, torch.where(samples.labels > 0)[0]]))
    model = make_model("concat", train).eval().to(device())
    balance = Balance(model, train, train, Recipe(class_weights=True, modality_dropout=0))
    at = torch.arange(40)
    each = F.cross_entropy(forward(model, train, at).cpu(), train.labels[at], reduction="none")
    expected = (each * class_weights(train.labels, PICTURES)[train.labels[at]]).mean()
    torch.testing.assert_close(balance.loss(model, at, model).cpu(), expected)


def test_blended_losses_are_those_of_both_and_of_either_alone() -> None:
    train, validation = make_samples(200).split(0.3, seed=0)
    model = make_model("concat", train).eval()
    calibrate(model, train)
    model.to(device())
    balance = Balance(model, train, validation, Recipe(blending=True, modality_dropout=0))
    model.eval()
    cases = ((False, False), (False, True), (True, False))
    losses = [F.cross_entropy(predict(model, train, lost=lost), train.labels) for lost in cases]
    expected = sum(w * loss for w, loss in zip(balance.blend, losses, strict=True))
    torch.testing.assert_close(balance.loss(model, torch.arange(len(train)), model).cpu(), expected)


def test_scores_of_either_modality_decide_what_is_slowed() -> None:
    samples = make_samples(120)
    model = make_model("concat", samples).eval().to(device())
    balance = Balance(model, samples, samples, Recipe(modulation=0.7, modality_dropout=0))
    at = torch.arange(60)
    balance.loss(model, at, model).backward()
    grads = {name: x.grad.clone() for name, x in model.named_parameters() if x.grad is not None}
    rows = torch.arange(60)
    sums = []
    for lost in ((False, True), (True, False)):
        shares = predict(model, samples.subset(at), lost=lost).softmax(1)
        sums.append(shares[rows, samples.labels[at]].sum().item())
    balance.after_backward(model, torch.Generator().manual_seed(1))
    factors = [
        1 - math.tanh(0.7 * ratio) if ratio > 1 else 1 for ratio in (sums[0] / sums[1], sums[1] / sums[0])
    ]
    noise = torch.Generator().manual_seed(1)
    name, first = next((n, x) for n, x in model.named_parameters() if n.startswith("align_image"))
    spread = torch.randn(first.shape, generator=noise).to(device()) * grads[name].std(correction=0)
    torch.testing.assert_close(first.grad, factors[0] * grads[name] + spread)


def test_balanced_batches_hold_every_class_alike() -> None:
    samples = make_samples(400)
    tail = torch.cat([torch.where(samples.labels == c)[0][: 4 ** (c + 1)] for c in range(PICTURES)])
    train = samples.subset(tail)
    balance = Balance(make_model("concat", train), train, train, Recipe(balanced=True, batch=16))
    drawn = torch.cat([at for _ in range(30) for at in balance.batches(torch.Generator().manual_seed(_))])
    shares = torch.bincount(train.labels[drawn]) / len(drawn)
    assert shares.tolist() == pytest.approx([1 / PICTURES] * PICTURES, abs=0.04)


@pytest.mark.parametrize("option", ["balanced", "modulation", "blending"])
def test_an_interrupted_fit_goes_on_to_the_same_weights(tmp_path: Path, option: str) -> None:
    train, validation = make_samples(120).split(0.2, seed=0)
    recipe = Recipe(epochs=4, batch=32, rate=1e-2, **OPTIONS[option])
    whole = make_model("gated", train)
    fit(whole, train, validation, recipe)

    def interrupt(what: str, done: int, total: int) -> None:
        if what.endswith("epoch 3"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(make_model("gated", train), train, validation, recipe, interrupt, tmp_path / "run")
    resumed = make_model("gated", train)
    fit(resumed, train, validation, recipe, resume=tmp_path / "run")
    for name, x in whole.state_dict().items():
        torch.testing.assert_close(resumed.state_dict()[name], x)


@pytest.mark.parametrize(
    "wrong", [{"class_weights": True, "balanced": True}, {"modulation": -1.0}, {"modulation": math.inf}]
)
def test_options_that_cannot_be_followed_are_one_sentence(wrong: dict[str, Any]) -> None:
    with pytest.raises(UserError, match=r"^A fit takes .*\.$"):
        Recipe(**wrong)
