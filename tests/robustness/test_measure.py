"""Accuracy under each change: on what was really spoiled, for every strategy."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from fusion import checkpoint
from fusion.data.samples import encode_examples, picture_of
from fusion.fitting import fit_task
from fusion.forward import predict
from fusion.inputs import clean_text
from fusion.intervals import paired, wilson
from fusion.model import FusionModel
from fusion.progress import silent
from fusion.recipe import Recipe
from fusion.robustness import measure
from fusion.robustness.changes import Change, changed_picture, changed_text
from fusion.robustness.measure import as_lines, every_change, missing_modality, robustness
from fusion.robustness.reading import measured
from fusion.tasks import TASKS, Example

PAIR = ("efficientnet-lite0", "word-embedding")
NAMES = ("text-only", "concat")


@pytest.fixture(scope="module")
def models(small_task: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, FusionModel]:
    root = tmp_path_factory.mktemp("fitted")
    fit_task(small_task, NAMES, *PAIR, Recipe(epochs=6, batch=32), silent, root=root)
    folder = root / checkpoint.folder_of(small_task, *PAIR)
    return {name: checkpoint.load(folder / f"{name}.safetensors")[0] for name in NAMES}


@pytest.fixture(scope="module")
def report(small_task: str, models: dict[str, FusionModel]) -> dict[str, Any]:
    record = TASKS[small_task]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measure, "MOST", 12)
        return robustness(models, record.examples("test"), record.labels, PAIR, silent)


def of(report: dict[str, Any], change: Change) -> dict[str, Any]:
    rows = report["changed"]
    (found,) = [
        row["results"] for row in rows if (row["change"], row["level"]) == (change.name, change.level)
    ]
    return dict(found)


def test_every_change_is_measured_beside_none(report: dict[str, Any]) -> None:
    assert [(row["change"], row["level"]) for row in report["changed"]] == [
        (change.name, change.level) for change in every_change()
    ]
    assert report["n"] == 12 and set(report["unchanged"]) == set(NAMES)


def test_it_is_the_accuracy_on_what_was_spoiled_by_hand(
    small_task: str, models: dict[str, FusionModel], report: dict[str, Any], tmp_path: Path
) -> None:
    record = TASKS[small_task]
    every = record.examples("test")
    chosen = [every[i] for i in torch.linspace(0, len(every) - 1, 12).long().tolist()]

    def right(examples: list[Example], lost: tuple[bool, bool] = (False, False)) -> int:
        samples = encode_examples(examples, record.labels, *PAIR, silent)
        return int(samples.right(predict(models["concat"], samples, lost=lost)).sum())

    blurred = []
    for i, example in enumerate(chosen):
        picture = changed_picture(picture_of(example.picture), Change("blur", 0.08))
        assert picture is not None
        picture.save(tmp_path / f"{i}.png")
        blurred.append(replace(example, picture=tmp_path / f"{i}.png"))
    shuffle = Change("shuffle-words", 1.0)
    shuffled = [replace(e, text=changed_text(clean_text(e.text), shuffle)) for e in chosen]
    expected = {
        Change("blur", 0.08): right(blurred),
        shuffle: right(shuffled),
        Change("no-picture", 1.0): right(chosen, (True, False)),
        Change("no-text", 1.0): right(chosen, (False, True)),
    }
    for change, hits in expected.items():
        found = of(report, change)["concat"]
        assert found == {"accuracy": hits / 12, "interval": list(wilson(hits, 12))}


def test_a_strategy_that_reads_one_modality_is_moved_by_that_one_alone(report: dict[str, Any]) -> None:
    for change in every_change():
        if change.name in ("blur", "grey", "noise", "no-picture"):
            assert of(report, change)["text-only"] == report["unchanged"]["text-only"]


def test_the_report_is_read_and_printed(report: dict[str, Any]) -> None:
    evaluation = {"robustness": report, "results": [{"strategy": "concat"}]}
    found = measured(evaluation, "blur")
    assert found is not None and found.levels == (0, 0.01, 0.02, 0.04, 0.08) and found.n == 12
    assert set(found.accuracies) == {"concat"}, "only of the strategies that the report has results of"
    assert found.accuracies["concat"][0] == report["unchanged"]["concat"]["accuracy"]
    assert found.accuracies["concat"][4] == of(report, Change("blur", 0.08))["concat"]["accuracy"]
    assert [found.nearest(x) for x in (0.0, 0.014, 0.03, 0.07)] == [0, 1, 2, 4]
    assert measured(None, "blur") is measured({"results": []}, "blur") is None
    lines = as_lines(report, [])
    assert any(line.startswith("shuffle-words 1") for line in lines)
    assert as_lines(None, []) == []


def test_a_missing_modality_is_compared_with_the_head_of_the_other(
    small_task: str, models: dict[str, FusionModel]
) -> None:
    record = TASKS[small_task]
    samples = encode_examples(record.examples("test"), record.labels, *PAIR, silent)
    (row,) = missing_modality(models, samples)
    right, alone = (
        samples.right(predict(models[name], samples, lost=lost)).double().numpy()
        for name, lost in (("concat", (True, False)), ("text-only", (False, False)))
    )
    assert row["strategy"] == "concat"
    assert row["without_image"] == {"accuracy": right.mean(), "over_alone": paired(right, alone)}
    assert set(row["without_text"]) == {"accuracy"}, "there is no head of the picture alone"
