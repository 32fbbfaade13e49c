"""Contributions over many inputs: a strategy that cannot use the picture is told so, one that must is too."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import fusion
from fusion.answer import Contribution
from fusion.data.samples import Samples, encode_examples
from fusion.evaluate import as_table, evaluate
from fusion.explain.contribution import shapley
from fusion.explain.contributions import as_lines, brought, contributions
from fusion.intervals import bootstrap, wilson
from fusion.model import FusionModel, ModelConfig
from fusion.progress import silent
from fusion.recipe import Recipe
from fusion.strategies import STRATEGIES
from fusion.tasks import TASKS
from fusion.train import fit
from tests.few_drawings import few_drawings

PAIR = ("efficientnet-lite0-levels", "minilm")
FUSED = [record.name for record in STRATEGIES if record.modality == "both"]
DRIVEN_BY_TEXT = (
    "answered from the question alone",
    "answered from the question, against the picture",
    "from the question, tipped by the picture",
)


@pytest.fixture(scope="module")
def drawings() -> tuple[Samples, Samples]:
    """Questions about drawings to fit on, and others, whose answer only the picture tells."""
    record = TASKS[few_drawings("drawings-and-questions", train=800, test=200)]
    train, test = (
        encode_examples(record.examples(split), record.labels, *PAIR, progress=silent)
        for split in ("train", "test")
    )
    asks_what = torch.tensor([kind in ("color", "shape") for kind in test.kinds])
    return train, test.subset(torch.where(asks_what)[0])


def shuffled(samples: Samples) -> Samples:
    """Each question eight times, each time beside another question's picture."""
    often = samples.subset(torch.arange(len(samples)).repeat(8))
    order = torch.randperm(len(often), generator=torch.Generator().manual_seed(0))
    return replace(often, image_rows=often.image_rows[order])


def fitted(train: Samples, validation: Samples, epochs: int) -> FusionModel:
    """The gated strategy."""
    torch.manual_seed(0)
    widths = (train.images.width, train.texts.width)
    model = FusionModel(ModelConfig("gated", *widths, len(TASKS["easy-vqa"].labels), width=64))
    fit(model, train, validation, Recipe(epochs=epochs, batch=64, modality_dropout=0.1))
    return model


def test_a_strategy_fitted_on_shuffled_pictures_is_told_to_be_driven_by_text(
    drawings: tuple[Samples, Samples],
) -> None:
    """And the same strategy, fitted on the true pictures, is not, on questions that need the picture."""
    train, questions = drawings
    train, validation = train.split(0.2, seed=0)
    blind = fitted(shuffled(train), shuffled(validation), epochs=5)
    seeing = fitted(train, validation, epochs=20)
    driven, of_picture = [], []
    for model in (blind, seeing):
        row = contributions("gated", model, questions, silent)
        assert row["n"] == len(questions) > 50
        driven.append(sum(row["says"].get(words, 0) for words in DRIVEN_BY_TEXT) / row["n"])
        image, text = row["image"]["mean"], row["text"]["mean"]
        of_picture.append(image / (image + text))
        assert text > 0.1
    assert driven[0] > 0.7 and driven[1] < 0.2
    assert abs(of_picture[0]) < 0.15 and of_picture[1] > 0.25


@pytest.fixture(scope="module")
def asked() -> Samples:
    """Test questions of easy-vqa, such as "is there a red shape?": each needs picture and question."""
    record = TASKS["easy-vqa"]
    return encode_examples(record.examples("test")[:240], record.labels, *PAIR, progress=silent)


@pytest.mark.parametrize("strategy", FUSED)
def test_synergy_is_positive_on_questions_that_need_both(asked: Samples, strategy: str) -> None:
    model, _ = fusion.load(task="easy-vqa").model(strategy)
    row = contributions(strategy, model, asked, silent, inputs=120)
    assert {"color", "shape", "yes/no"} == row["by_type"].keys()
    for told in row["by_type"].values():
        low, high = told["synergy"]["interval"]
        assert 0 < low <= told["synergy"]["mean"] <= high <= 2
    assert sum(told["n"] for told in row["by_type"].values()) == row["n"] == 120


@pytest.mark.parametrize("strategy", ["text-only", "image-only"])
def test_who_reads_one_modality_is_moved_by_it_alone(asked: Samples, strategy: str) -> None:
    model, _ = fusion.load(task="easy-vqa").model(strategy)
    row = contributions(strategy, model, asked, silent, inputs=60)
    other = "image" if strategy == "text-only" else "text"
    assert abs(row[other]["mean"]) < 1e-6 and abs(row["synergy"]["mean"]) < 1e-6
    assert row["question_alone"]["share"] == (1 if strategy == "text-only" else 0)


def test_batched_contributions_are_those_of_each_input_alone(asked: Samples) -> None:
    lens = fusion.load(task="easy-vqa")
    model, _ = lens.model("concat")
    told: list[int] = []
    found = brought(model, asked.subset(torch.arange(20)), told.append)
    assert told == sorted(told) and told[-1] == len(found) == 20
    for example, one in zip(TASKS["easy-vqa"].examples("test"), found, strict=False):
        assert isinstance(example.picture, Path)
        alone = lens.reply(example.picture, example.text, "concat").results[0].contribution
        assert alone is not None and alone.says == one.says
        assert alone.values == pytest.approx(one.values, abs=2e-3)  # tokens are stored in half precision
        assert (one.image, one.text, one.synergy) == pytest.approx(
            shapley(torch.tensor(one.values)), abs=1e-6
        )


def test_the_summary_is_means_and_intervals(monkeypatch: pytest.MonkeyPatch, asked: Samples) -> None:
    values = np.random.default_rng(0).random((len(asked), 3))
    says = ["answered from the question alone", "needs both", "needs both", "either would do"]
    given = [
        Contribution(image, text, synergy, (0, 0, 0, 0), says[i % 4])
        for i, (image, text, synergy) in enumerate(values.tolist())
    ]
    monkeypatch.setattr("fusion.explain.contributions.brought", lambda *_: given)
    row = contributions("gated", fusion.load(task="easy-vqa").model("gated")[0], asked, silent)
    for at, name in enumerate(("image", "text", "synergy")):
        assert row[name]["mean"] == pytest.approx(values[:, at].mean())
        assert row[name]["interval"] == pytest.approx(bootstrap(values[:, at]))
    n = len(asked)
    assert row["question_alone"] == {"share": 0.25, "interval": list(wilson(n // 4, n))}
    assert row["says"] == {"needs both": n // 2, says[0]: n // 4, says[3]: n // 4}
    yes = values[[kind == "yes/no" for kind in asked.kinds]]
    assert row["by_type"]["yes/no"]["text"]["mean"] == pytest.approx(yes[:, 1].mean())
    lines = as_lines([row])
    assert len(lines) == 1 + len(row["by_type"])
    low, high = (100 * end for end in row["image"]["interval"])
    mean = 100 * row["image"]["mean"]
    said = f"gated, contribution, all questions: image {mean:+.1f} ({low:+.1f} to {high:+.1f}), text "
    assert lines[0].startswith(said) and lines[0].endswith(f"from the question alone 25.0% of {n}")
    report = {"task": "t", "split": "test", "n": n, "encoders": {"image": "a", "text": "b"}}
    report |= {"priors": {"majority": 0.1, "text_only_rule": 0.2}, "contributions": [row]}
    score = {
        "strategy": "gated",
        "accuracy": 0.5,
        "interval": [0.4, 0.6],
        "by_type": {},
        "calibration_error": 0,
    }
    assert as_table(report | {"results": [score]}).splitlines()[-len(lines) :] == lines


def test_evaluate_measures_them_of_every_strategy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the explainers, which are left out here."""
    monkeypatch.setattr("fusion.evaluate.explanations", lambda *_: [])
    whole = TASKS["easy-vqa"]
    few = replace(
        whole,
        name="few-of-easy-vqa",
        fitted_on=whole.name,
        examples=lambda split: whole.examples(split)[:40],
    )
    monkeypatch.setitem(TASKS._records, few.name, few)
    report = evaluate(few.name, *PAIR, progress=silent, explain=True)
    assert [row["strategy"] for row in report["contributions"]] == STRATEGIES.names()
    assert all(row["n"] == report["n"] == 40 for row in report["contributions"])
    table = as_table(report)
    assert "text-only, contribution, all questions: image +0.0 (+0.0 to +0.0), text +" in table
    assert "contributions" not in evaluate(few.name, *PAIR, progress=silent)
