"""Fitting a task: what is left on disk answers with a confidence that fits, and says when it is sure."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from fusion import checkpoint, fitting
from fusion.calibration import fit_temperature, sure_from
from fusion.data.samples import encode_examples
from fusion.encoders import ENCODERS, common_channels
from fusion.errors import UserError
from fusion.fitting import VALIDATION_SHARE, encode_task, fit_material, fit_task
from fusion.heads import HEADS
from fusion.progress import silent
from fusion.recipe import Recipe
from fusion.strategies import STRATEGIES
from fusion.tasks import TASKS, Example, Split
from fusion.train import predict

PAIR = ("efficientnet-lite0", "word-embedding")
RECIPE = Recipe(epochs=4, batch=64)


@pytest.mark.parametrize(
    ("task", "sentence"),
    [
        ("photos", "photos has no training split of its own; fit scenes."),
        ("cifar10", "cifar10 is answered without training; there is nothing to fit."),
    ],
)
def test_a_task_without_training_is_refused(task: str, sentence: str) -> None:
    with pytest.raises(UserError) as refused:
        fit_task(task, ["concat"], *PAIR, RECIPE, silent)
    assert str(refused.value) == sentence


def test_a_checkpoint_answers_with_a_confidence_that_fits(small_task: str, tmp_path: Path) -> None:
    fit_task(small_task, ["concat"], *PAIR, RECIPE, silent, root=tmp_path)
    path = tmp_path / checkpoint.folder_of(small_task, *PAIR) / "concat.safetensors"
    model, card = checkpoint.load(path)
    record = TASKS[small_task]
    samples = encode_examples(record.examples("train"), record.labels, *PAIR, silent)
    _, validation = samples.split(VALIDATION_SHARE, RECIPE.seed)
    logits = predict(model, validation)
    right = validation.right(logits)
    assert fit_temperature(logits, validation.labels) == pytest.approx(1, abs=0.02)
    assert card.sure_from == pytest.approx(sure_from(logits.softmax(1).amax(1), right))
    assert card.validation_accuracy == pytest.approx(right.float().mean().item())
    assert (card.format, card.labels) == (checkpoint.FORMAT, record.labels)
    assert all(torch.isfinite(x).all() for x in model.state_dict().values())


def test_encoders_of_one_space_are_fitted_in_it_at_the_strategys_width(
    small_task: str, tmp_path: Path
) -> None:
    """Even of answers fewer than the width."""
    pair = ("efficientnet-lite0", "minilm")
    fit_task(small_task, ["concat", "bottleneck"], *pair, Recipe(epochs=1), silent, root=tmp_path)
    for strategy in ("concat", "bottleneck"):
        model, card = checkpoint.load(
            tmp_path / checkpoint.folder_of(small_task, *pair) / f"{strategy}.safetensors"
        )
        assert card.config.common == common_channels(*pair) == model.align_text.common
        assert card.config.width == STRATEGIES[strategy].width
        assert type(model.head) is type(HEADS["residual"].build(8, 2))


def test_a_task_may_be_fitted_at_a_width_of_its_own(small_task: str, tmp_path: Path) -> None:
    narrow = replace(TASKS[small_task], width=24)
    material = encode_task(narrow, *PAIR, silent)
    fit_material(material, ["concat", "shared"], Recipe(epochs=1), silent, tmp_path)
    for strategy in ("concat", "shared"):
        assert checkpoint.load(tmp_path / f"{strategy}.safetensors")[1].config.width == 24


@pytest.mark.parametrize("imagines", [True, False])
def test_imagined_examples_are_for_encoders_that_imagine(
    small_task: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, imagines: bool
) -> None:
    """Of these, every other one."""
    whole = TASKS[small_task]

    def examples(split: Split) -> list[Example]:
        return [replace(e, imagined=i % 2 == 1) for i, e in enumerate(whole.examples(split))]

    monkeypatch.setattr(fitting, "TASKS", {"half-imagined": replace(whole, examples=examples)})
    seen: list[int] = []
    plain = fitting.encode_examples

    def counted(examples: list[Example], *rest: object, **named: object) -> object:
        seen.append(len(examples))
        return plain(examples, *rest, **named)  # type: ignore[arg-type]

    record = replace(ENCODERS[PAIR[0]], imagines=imagines)
    monkeypatch.setattr(fitting, "ENCODERS", {PAIR[0]: record, PAIR[1]: ENCODERS[PAIR[1]]})
    monkeypatch.setattr(fitting, "encode_examples", counted)
    fit_task("half-imagined", ["weighted"], *PAIR, Recipe(epochs=1), silent, root=tmp_path)
    assert seen == [200 if imagines else 100]
