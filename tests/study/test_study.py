"""A study from end to end, small: what it measures is what its own files answer."""

import json
from pathlib import Path

import numpy as np
import pytest

from fusion.data.samples import encode_examples
from fusion.errors import Stopped, UserError
from fusion.progress import silent
from fusion.recipe import Recipe
from fusion.study import Study, study
from fusion.study.recipe import study_recipe
from fusion.study.report import as_table
from fusion.tasks import TASKS
from fusion.train import predict
from tests.few_drawings import few_drawings
from tests.study.conftest import PAIR, STRATEGIES, TEST


def test_the_kept_fit_answers_as_it_was_measured(studied: Study) -> None:
    lens, record = studied.lens(), studied.record
    samples = encode_examples(studied.test, record.labels, *PAIR, silent, folder=studied.folder / "tokens")
    for result in studied.results:
        model, card = lens.model(result.strategy)
        logits = predict(model, samples)
        assert (samples.right(logits).numpy() == result.right[result.best]).all()
        assert (logits.argmax(1).numpy() == result.answers).all()
        shares = logits.softmax(1)
        np.testing.assert_allclose(shares.amax(1).numpy(), result.probabilities, atol=1e-5)
        expected = shares[range(TEST), samples.labels].numpy()
        np.testing.assert_allclose(expected, result.expected, atol=1e-5)
        assert card.seed == result.best
        assert card.validation_accuracy == max(result.validation)


def test_every_seed_and_baseline_is_measured_on_the_same_rows(studied: Study) -> None:
    assert studied.strategies == STRATEGIES
    assert all(result.right.shape == (2, TEST) for result in studied.results)
    assert [b.right.shape for b in studied.baselines] == [(1, TEST), (2, TEST), (2, TEST)]
    most = studied.majority
    assert studied.prior.mean == np.mean([example.label == most for example in studied.test])
    for result in studied.results:
        assert studied.scores[result.strategy].mean == result.right.mean()
    assert set(studied.gains) == {"weighted", "cross-attention"}


def test_it_becomes_plain_types_and_lines(studied: Study) -> None:
    told = json.loads(json.dumps(studied.to_dict()))
    assert [row["strategy"] for row in told["results"]] == list(STRATEGIES)
    assert [row["name"] for row in told["baselines"]] == [
        "logistic regression",
        "concat MLP",
        "low-rank fusion",
    ]
    assert told["n"] == {"train": studied.trained, "held_back": studied.held_back, "test": TEST}
    assert told["recommendation"]["sentence"] == studied.recommendation.sentence
    lines = as_table(studied)
    assert all(name in lines for name in (*STRATEGIES, "logistic regression", "always "))


def test_nothing_is_written_beside_its_folder(studied: Study) -> None:
    assert {path.name for path in studied.folder.iterdir()} <= {"tokens", "fitted", "files"}
    kept = {path.name for path in (studied.folder / "fitted").iterdir()}
    assert kept == {*(f"{name}.safetensors" for name in STRATEGIES), "domain.safetensors"}


def test_a_strategy_that_was_not_fitted_is_told(studied: Study) -> None:
    with pytest.raises(UserError, match=r"^gated was not fitted here; choose one of: image-only, "):
        studied.file("gated")


def test_it_ends_where_progress_says_so(tmp_path: Path) -> None:
    record = TASKS[few_drawings("studied")]

    def progress(what: str, done: int, total: int) -> None:
        if what.startswith("fitting"):
            raise Stopped

    with pytest.raises(Stopped):
        study(record, *PAIR, 1, progress, tmp_path, Recipe(epochs=1), strategies=["concat"])


@pytest.mark.parametrize(
    ("task", "seeds", "sentence"),
    [
        ("photos", 1, "photos has no training split of its own; there is nothing to fit."),
        ("easy-vqa", 0, "A study takes at least 1 seed."),
    ],
)
def test_what_cannot_be_studied_is_told(tmp_path: Path, task: str, seeds: int, sentence: str) -> None:
    with pytest.raises(UserError) as refused:
        study(TASKS[task], *PAIR, seeds, silent, tmp_path)
    assert str(refused.value) == sentence


def test_few_rows_are_passed_over_more_often() -> None:
    for strategy in ("concat", "shared"):
        epochs = [study_recipe(strategy, rows, 0).epochs for rows in (20, 200, 2000, 20_000)]
        assert epochs == sorted(epochs, reverse=True)  # type: ignore[type-var]
        assert epochs[0] == 40 and epochs[2] == epochs[3]
    assert study_recipe("concat", 2000, 7).seed == 7


def test_too_few_rows_are_told_before_anything_is_fitted(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^There are 6 rows to train on, too few to hold some back"):
        study(TASKS[few_drawings("six", 6, 20)], *PAIR, 1, silent, tmp_path)
