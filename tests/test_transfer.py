"""Transfer: what is taken is what means the same, and a fit really starts from it."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from fusion import checkpoint, train
from fusion.checkpoint import Card
from fusion.errors import UserError
from fusion.model import FusionModel, ModelConfig
from fusion.open_answers import told_answers
from fusion.recipe import Recipe
from fusion.strategies import STRATEGIES
from fusion.train import History, fit, measure, predict
from fusion.transfer import Start, start_from, starts
from tests.synthetic import WIDTH, make_samples

PAIR = ("efficientnet-lite0-levels", "minilm")
LABELS = ("red", "green", "blue", "grey")
RECIPE = Recipe(epochs=16, batch=32, rate=1e-2, modality_dropout=0.02, patience=16)


def vectors(labels: tuple[str, ...] = LABELS, width: int = 6) -> Tensor:
    """(classes, width): the same label has the same vector."""
    seeds = [sum(map(ord, label)) for label in labels]
    return torch.stack([torch.randn(width, generator=torch.Generator().manual_seed(s)) for s in seeds])


def model_of(strategy: str = "gated", labels: tuple[str, ...] = LABELS, **changes: int) -> FusionModel:
    torch.manual_seed(5)
    config = ModelConfig(strategy, WIDTH, WIDTH, len(labels), width=16)
    return FusionModel(replace(config, **changes))  # type: ignore[arg-type]


def saved(
    path: Path, model: FusionModel, labels: tuple[str, ...] = LABELS, pair: tuple[str, str] = PAIR
) -> Path:
    versions, weights = checkpoint.encoder_marks(*pair)
    card = Card("some-task", *pair, model.config, labels, "", 0, 1.0, versions, 0.5, weights)
    checkpoint.save(path, model, card)
    return path


def half(x: Tensor) -> Tensor:
    return x.half().float()


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint that was fitted with told answers."""
    training, validation = make_samples(400).split(0.2, seed=0)
    model = model_of()
    history = fit(model, training, validation, RECIPE, answers=vectors())
    assert history.best_accuracy > 0.9
    return saved(tmp_path_factory.mktemp("fitted") / "gated.safetensors", model)


@pytest.mark.parametrize("strategy", STRATEGIES.names())
def test_the_same_pair_and_answers_take_every_parameter(tmp_path: Path, strategy: str) -> None:
    torch.manual_seed(1)
    source = FusionModel(model_of(strategy).config)
    path = saved(tmp_path / f"{strategy}.safetensors", source)
    model = model_of(strategy)
    taken = start_from(model, path, LABELS, PAIR)
    assert taken.share == pytest.approx(1)
    assert taken.answers == LABELS
    for (name, x), (_, y) in zip(model.named_parameters(), source.named_parameters(), strict=True):
        torch.testing.assert_close(x, half(y), msg=name)


@pytest.mark.parametrize("told", [False, True], ids=["alone", "told"])
def test_a_fit_of_the_same_task_begins_at_its_accuracy(fitted: Path, told: bool) -> None:
    """Its first epoch has no rate, so what is measured after it is what it began with."""
    training, validation = make_samples(400).split(0.2, seed=0)
    source, _ = checkpoint.load(fitted)
    model = model_of()
    history = fit(
        model,
        training,
        validation,
        Recipe(epochs=1, rate=0.0),
        answers=vectors() if told else None,
        start=Start(fitted, LABELS, PAIR),
    )
    assert history.started == pytest.approx(1)
    assert history.best_accuracy == pytest.approx(measure(source, validation)[0], abs=0.02)
    torch.testing.assert_close(predict(model, validation), predict(source, validation), atol=0.02, rtol=0.02)


def test_in_a_shared_space_names_are_told_as_the_checkpoint_tells_them(tmp_path: Path) -> None:
    """Its temperature is in what gives the logits: in the last layer's rows as in the names."""
    training, validation = make_samples(200).split(0.2, seed=0)
    source = model_of(common=6)
    fit(source, training, validation, Recipe(epochs=4, batch=32), answers=vectors())
    source.divide(3.0)
    path = saved(tmp_path / "gated.safetensors", source)
    model = model_of(common=6)
    start = Start(path, LABELS, PAIR)
    fit(model, training, validation, Recipe(epochs=1, rate=0.0), answers=vectors(), start=start)
    torch.testing.assert_close(predict(model, validation), predict(source, validation), atol=0.02, rtol=0.02)
    assert model.naming is not None and model.naming.reading.any()


def test_another_image_encoder_leaves_its_alignment_alone(fitted: Path) -> None:
    model = model_of(image_width=WIDTH + 3)
    before = {name: x.clone() for name, x in model.state_dict().items()}
    taken = start_from(model, fitted, LABELS, ("efficientnet-lite0", "minilm"))
    assert not [name for name in taken.names if name.startswith("align_image.")]
    assert "align_text.project.weight" in taken.names and "strategy.gate.weight" in taken.names
    assert 0 < taken.share < 1
    source, _ = checkpoint.load(fitted)
    for name, x in model.state_dict().items():
        same_as = source.state_dict()[name] if name in taken.names or "head.out" in name else before[name]
        torch.testing.assert_close(x, same_as, msg=name)


def test_an_equal_width_is_not_an_equal_encoder(fitted: Path) -> None:
    taken = start_from(model_of(), fitted, LABELS, ("efficientnet-lite0-levels", "word-embedding"))
    assert not [name for name in taken.names if name.startswith("align_text.")]
    assert "align_image.project.weight" in taken.names


def test_the_scale_of_the_channels_stays_the_datas(fitted: Path) -> None:
    training, validation = make_samples(60, seed=4).split(0.2, seed=0)
    plain, started = model_of(), model_of()
    train.calibrate(plain, training)
    fit(started, training, validation, Recipe(epochs=1), start=Start(fitted, LABELS, PAIR))
    for side in ("align_image", "align_text"):
        for name in ("mean", "scale"):
            torch.testing.assert_close(
                getattr(getattr(started, side), name), getattr(getattr(plain, side), name)
            )


def test_answers_that_both_tasks_know_keep_their_rows(fitted: Path) -> None:
    labels = ("yes", "blue", "no", "red", "maybe")
    source, _ = checkpoint.load(fitted)
    model = model_of(labels=labels)
    with told_answers(model, vectors(labels)):
        taken = start_from(model, fitted, labels, PAIR)
        during = model.out.weight.detach().clone()
    assert taken.answers == ("blue", "red")
    for row, theirs in ((1, 2), (3, 0)):
        torch.testing.assert_close(during[row], source.out.weight[theirs], atol=1e-4, rtol=1e-3)
        torch.testing.assert_close(model.out.bias[row], source.out.bias[theirs])
    torch.testing.assert_close(model.out.weight, during)


def test_without_a_common_answer_the_layers_below_start(fitted: Path) -> None:
    taken = start_from(model_of(labels=("yes", "no")), fitted, ("yes", "no"), PAIR)
    assert taken.answers == ()
    assert "head.hidden.1.weight" in taken.names


def test_another_head_starts_without_the_heads_layers(fitted: Path) -> None:
    model = FusionModel(replace(model_of().config, head="linear"))
    taken = start_from(model, fitted, LABELS, PAIR)
    assert not [name for name in taken.names if name.startswith("head.")]
    assert taken.answers == ()


def test_what_cannot_start_is_one_sentence(fitted: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^gated.safetensors is a checkpoint of gated, .* concat .*\.$"):
        start_from(model_of("concat"), fitted, LABELS, PAIR)
    with pytest.raises(UserError, match=r"^gated.safetensors has no layer that fits .*\.$"):
        start_from(model_of(width=24), fitted, LABELS, ("efficientnet-lite0", "word-embedding"))
    damaged = tmp_path / "gated.safetensors"
    damaged.write_bytes(b"no checkpoint")
    with pytest.raises(UserError, match="damaged"):
        starts(damaged, ["gated"], LABELS, PAIR)
    with pytest.raises(UserError, match=r"^There is no checkpoint .*concat.safetensors to start from\.$"):
        starts(fitted.parent, ["gated", "concat"], LABELS, PAIR)


def test_a_run_that_started_elsewhere_is_left_aside(fitted: Path, tmp_path: Path) -> None:
    training, validation = make_samples(80).split(0.2, seed=0)
    recipe = Recipe(epochs=2)

    def interrupt(what: str, done: int, total: int) -> None:
        if what.endswith("epoch 2"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(model_of(), training, validation, recipe, interrupt, tmp_path / "run")
    seen: list[str] = []

    def count(what: str, done: int, total: int) -> None:
        seen.append(what)

    start = Start(fitted, LABELS, PAIR)
    history = fit(model_of(), training, validation, recipe, count, tmp_path / "run", start=start)
    assert isinstance(history, History)
    assert any(what.endswith("epoch 1") for what in seen), "it began anew"


def test_what_was_learned_elsewhere_moves_slower(fitted: Path) -> None:
    training, validation = make_samples(200).split(0.2, seed=0)
    pair = ("efficientnet-lite0", "minilm")
    recipe = Recipe(epochs=1, batch=32, weight_decay=0.0)
    before = model_of()
    start_from(before, fitted, LABELS, pair)
    after = model_of()
    fit(after, training, validation, recipe, start=Start(fitted, LABELS, pair))
    moved = {
        name: (x - before.state_dict()[name]).abs().mean().item() for name, x in after.named_parameters()
    }
    assert 0 < moved["align_text.project.weight"] < 0.3 * moved["align_image.project.weight"]
