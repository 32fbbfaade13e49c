"""What each option does, measured: the same long tail for all, paired by seed, and told plainly."""

from typing import Any

import pytest
import torch
from sklearn.metrics import recall_score

from fusion.balance import options
from fusion.balance.options import OPTIONS, as_lines, uneven, verdict
from fusion.data.samples import encode_examples
from fusion.device import device
from fusion.errors import UserError
from fusion.fitting import fit_material
from fusion.forward import predict
from fusion.intervals import student
from fusion.progress import silent
from fusion.recipe import Recipe
from fusion.tasks import TASKS
from tests.synthetic import PICTURES, make_model, make_samples

PAIR = ("efficientnet-lite0", "word-embedding")


def test_a_long_tail_falls_by_the_same_factor_from_class_to_class() -> None:
    samples = make_samples(2000)
    kept = uneven(samples, most=216, ratio=27, seed=1)
    counts = torch.bincount(samples.labels[kept]).sort(descending=True).values
    assert counts.tolist() == [216, 72, 24, 8]
    assert len(kept.unique()) == len(kept)
    assert torch.equal(kept, uneven(samples, 216, 27, seed=1))
    assert not torch.equal(kept, uneven(samples, 216, 27, seed=2))


def test_balanced_accuracy_is_the_mean_recall_of_the_classes() -> None:
    samples = make_samples(150)
    model = make_model("concat", samples).eval().to(device())
    accuracy, balanced = options._scores(model, samples)
    answers = predict(model, samples).argmax(1)
    recalls = [(answers[samples.labels == c] == c).float().mean().item() for c in range(PICTURES)]
    assert balanced == pytest.approx(sum(recalls) / PICTURES)
    assert balanced == pytest.approx(recall_score(samples.labels, answers, average="macro"))
    assert accuracy == pytest.approx((answers == samples.labels).float().mean().item())


def test_every_option_is_fitted_on_the_same_tails_and_gains_are_paired(
    small_task: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[tuple[Recipe, list[int]]] = []

    def noted(material: Any, strategies: list[str], recipe: Recipe, *rest: Any) -> Any:
        used.append((recipe, material.samples.labels.tolist()))
        return fit_material(material, strategies, recipe, *rest)

    monkeypatch.setattr("fusion.balance.trial.fit_material", noted)
    monkeypatch.setattr(options, "RECIPE", Recipe(epochs=2, batch=16))
    monkeypatch.setattr(options, "MOST", 30)
    report = options.options(small_task, *PAIR, silent, "concat", seeds=2)
    assert [recipe.seed for recipe, _ in used] == [0, 1] * len(OPTIONS)
    assert all(labels == used[recipe.seed][1] for recipe, labels in used)
    assert [(r.class_weights, r.balanced, r.modulation > 0, r.blending) for r, _ in used[::2]] == [
        (False, False, False, False),
        (True, False, False, False),
        (False, True, False, False),
        (False, False, True, False),
        (False, False, False, True),
    ]
    plain, weighted = report["results"][:2]
    gains = [a - b for a, b in zip(weighted["accuracy"]["seeds"], plain["accuracy"]["seeds"], strict=True)]
    assert weighted["accuracy_gain"]["mean"] == pytest.approx(sum(gains) / 2)
    assert weighted["accuracy_gain"]["interval"] == pytest.approx(student(gains))
    assert "accuracy_gain" not in plain
    record = TASKS[small_task]
    test = encode_examples(record.examples("test"), record.labels, *PAIR, silent)
    assert (report["n"], report["seeds"], report["train"]["most"]) == (len(test), 2, 30)
    lines = as_lines(report).splitlines()
    assert len(lines) == 4 + len(OPTIONS) and lines[4].split()[:2] == ["concat", "plain"]


@pytest.mark.parametrize(
    ("balanced", "accuracy", "told"),
    [
        ((0.01, 0.05), (-0.04, -0.01), "raises balanced accuracy and lowers accuracy"),
        ((-0.01, 0.05), (-0.04, 0.01), "no effect shown"),
        ((-0.05, -0.01), (0.0, 0.01), "lowers balanced accuracy"),
    ],
)
def test_the_verdict_is_by_the_intervals(
    balanced: tuple[float, float], accuracy: tuple[float, float], told: str
) -> None:
    result = {"balanced_accuracy_gain": {"interval": balanced}, "accuracy_gain": {"interval": accuracy}}
    assert verdict(result) == told


def test_what_cannot_be_measured_is_one_sentence(small_task: str) -> None:
    with pytest.raises(UserError, match=r"^An interval takes at least 2 seeds\.$"):
        options.options(small_task, *PAIR, silent, "concat", seeds=1)
    with pytest.raises(UserError, match=r"^text-only reads one modality alone; .*\.$"):
        options.options(small_task, *PAIR, silent, "text-only")
    with pytest.raises(UserError, match="no strategy named 'sorcery'"):
        options.options(small_task, *PAIR, silent, "sorcery")
