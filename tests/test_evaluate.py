"""Scores against scipy and by hand."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from scipy.stats import norm

from fusion import evaluate as module
from fusion.evaluate import _gain, _score, as_table, evaluate, majority_prior, text_only_rule
from fusion.progress import silent
from fusion.tasks import Example
from fusion.tasks.cifar10 import LABELS
from tests.synthetic import make_samples


def example(text: str, label: str, accepted: tuple[str, ...] = ()) -> Example:
    return Example(Path("x.png"), text, label, "any", "any", accepted=accepted)


def test_priors_by_hand() -> None:
    train = [example("a?", "yes"), example("a?", "yes"), example("b?", "no"), example("b?", "red")] * 3
    train += [example("b?", "red")]
    test = [example("a?", "yes"), example("A?", "no"), example("b?", "red"), example("new?", "yes")]
    assert majority_prior(train, test) == 0.5
    assert text_only_rule(train, test) == 0.75


def test_priors_count_every_accepted_answer_as_the_strategies_do() -> None:
    train = [example("what?", "animal"), example("what?", "animal"), example("how many?", "2")]
    test = [example("what?", "dog", ("dog", "animal")), example("how many?", "3", ("3", "2"))]
    assert majority_prior(train, test) == 0.5
    assert text_only_rule(train, test) == 1.0


def test_wilson_intervals_by_the_formula() -> None:
    samples = make_samples(80)
    right = torch.arange(80) < 60
    score = _score(right, samples.kinds, None)
    n, p, z = 80, 60 / 80, norm.ppf(0.975)
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5 / (1 + z * z / n)
    assert score["accuracy"] == p
    assert score["interval"] == pytest.approx([middle - half, middle + half])
    assert sum(kind["n"] for kind in score["by_type"].values()) == 80
    hits = sum(kind["n"] * kind["accuracy"] for kind in score["by_type"].values())
    assert hits == pytest.approx(60)
    assert all("over_text_only" not in kind for kind in score["by_type"].values())


def test_gains_are_differences_on_the_same_questions() -> None:
    right = torch.tensor([True] * 60 + [False] * 40)
    other = torch.tensor([True] * 20 + [False] * 20 + [True] * 20 + [False] * 40)
    gain = _gain(right, other)
    assert gain["difference"] == pytest.approx(0.2)
    values = (right.float() - other.float()).numpy()
    half = 1.96 * values.std() / 10
    assert gain["interval"] == pytest.approx([0.2 - half, 0.2 + half], abs=0.02)
    assert _gain(other, right)["difference"] == pytest.approx(-0.2)
    assert _gain(right, right) == {"difference": 0.0, "interval": [0.0, 0.0]}
    kinds = ["color"] * 40 + ["count"] * 60
    by_type = _score(right, kinds, other)["by_type"]
    assert by_type["color"]["over_text_only"]["difference"] == pytest.approx(0.5)
    assert by_type["count"]["over_text_only"]["difference"] == pytest.approx(0)


@pytest.fixture
def photographs(pack_only: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four photographs of cifar10 a split, and labels told without looking."""
    folder = pack_only / "cifar-10"
    folder.mkdir(parents=True)
    for batch, names in (("data_batch_1.png", "train_lables.json"), ("test_batch.png", "test_lables.json")):
        Image.fromarray(np.zeros((4, 1024, 3), np.uint8)).save(folder / batch)
        (folder / names).write_text(json.dumps([0, 0, 1, 2]), encoding="utf-8")

    def told(examples: Sequence[Example], labels: Sequence[str], *rest: object) -> tuple[str, torch.Tensor]:
        shares = torch.full((len(examples), len(labels)), 0.5 / 9)
        shares[:, 0] = 0.5
        return "zero-shot-image", shares

    monkeypatch.setattr(module, "typed_labels", told)


def test_a_task_of_typed_labels_is_evaluated_without_a_checkpoint(photographs: None) -> None:
    report = evaluate("cifar10", "efficientnet-lite0", "minilm", silent)
    assert report["n"] == 4
    assert report["priors"] == {"majority": 0.5, "text_only_rule": 0.5}
    (result,) = report["results"]
    assert (result["strategy"], result["accuracy"]) == ("zero-shot-image", 0.5)
    assert result["by_type"]["name"]["n"] == 4
    assert result["calibration_error"] == pytest.approx(0, abs=1e-6)
    assert LABELS[0] == "airplane"
    table = as_table(report)
    assert "zero-shot-image" in table and "expected calibration error 0.0 points" in table


def test_the_table_tells_gains_and_word_maps() -> None:
    def score(accuracy: float) -> dict[str, object]:
        return {"accuracy": accuracy, "interval": [accuracy - 0.1, accuracy + 0.1], "n": 50}

    gain = {"over_text_only": {"difference": 0.25, "interval": [0.1, 0.4]}}
    results = [
        {"strategy": "text-only", **score(0.3), "by_type": {"color": score(0.3)}, "calibration_error": 0.02},
        {
            "strategy": "gated",
            **score(0.6),
            "by_type": {"color": score(0.6) | gain},
            "calibration_error": 0.05,
        },
    ]
    report = {
        "task": "scenes",
        "split": "test",
        "n": 50,
        "encoders": {"image": "a", "text": "b"},
        "priors": {"majority": 0.1, "text_only_rule": 0.2},
        "results": results,
        "word_maps": [{"things": 2, "n": 300, "hit": 0.75, "interval": [0.7, 0.8]}],
    }
    lines = as_table(report).splitlines()
    assert "gated over text-only, color: +25.0 points (+10.0 to +40.0, n = 50)" in lines
    assert "gated: expected calibration error 5.0 points" in lines
    assert any("2 in a scene" in line and "75.0%" in line and "n = 300" in line for line in lines)
