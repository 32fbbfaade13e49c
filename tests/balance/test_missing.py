"""What is left where a modality is missing, beside the head of the modality that is left."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from fusion import cli
from fusion.balance import missing
from fusion.balance.missing import as_lines
from fusion.data.samples import encode_examples
from fusion.device import device
from fusion.fitting import encode_task
from fusion.forward import forward, predict
from fusion.intervals import bootstrap
from fusion.progress import silent
from fusion.recipe import Recipe
from fusion.tasks import TASKS
from tests.synthetic import make_model, make_samples

PAIR = ("efficientnet-lite0", "word-embedding")


@pytest.mark.parametrize("strategy", ["concat", "cross-attention", "late"])
def test_lost_is_the_same_as_never_given(strategy: str) -> None:
    samples = make_samples(24)
    model = make_model(strategy, samples).eval().to(device())
    at = torch.arange(24)
    texts = samples.texts.read(samples.text_rows)
    alone = model(None, texts.to(device()))[0].detach().cpu()
    torch.testing.assert_close(predict(model, samples, lost=(True, False)), alone)
    half = torch.stack([at < 12, torch.zeros(24, dtype=torch.bool)])
    mixed = forward(model, samples, at, half).detach().cpu()
    torch.testing.assert_close(mixed[:12], alone[:12])
    torch.testing.assert_close(mixed[12:], predict(model, samples)[12:], atol=1e-5, rtol=1e-4)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> list[Recipe]:
    """Fits of 2 epochs; the recipes that they were asked to follow."""
    asked: list[Recipe] = []
    plain = missing.fitted

    def shorter(material: Any, strategy: str, recipe: Recipe, *rest: Any) -> Any:
        asked.append(recipe)
        return plain(material, strategy, Recipe(epochs=2, batch=16, seed=recipe.seed), *rest)

    monkeypatch.setattr(missing, "fitted", shorter)
    return asked


def test_heads_are_compared_on_the_same_examples(short: list[Recipe], small_task: str) -> None:
    report = missing.missing(small_task, *PAIR, silent, "concat", seeds=2, share=0.3)
    told = [(recipe.modality_dropout, recipe.seed) for recipe in short[4:]]
    assert told == [(0.0, 0), (0.0, 1), (0.3, 0), (0.3, 1)]
    record = TASKS[small_task]
    whole = encode_task(record, *PAIR, silent)
    test = encode_examples(record.examples("test"), record.labels, *PAIR, silent)
    right = {}
    for name, lost in (("concat", (True, False)), ("text-only", (False, False))):
        seeds = []
        for seed in range(2):
            with missing.fitted(whole, name, Recipe(seed=seed), silent, "") as model:
                seeds.append(test.right(predict(model, test, lost=lost)).double())
        right[name] = torch.stack(seeds).mean(0)
    row = report["results"][0]
    assert row["accuracy"]["picture"] == pytest.approx(right["concat"].mean().item())
    assert report["alone"]["text"] == pytest.approx(right["text-only"].mean().item())
    values = (right["concat"] - right["text-only"]).numpy()
    assert row["against_alone"]["picture"]["difference"] == pytest.approx(values.mean())
    assert row["against_alone"]["picture"]["interval"] == pytest.approx(list(bootstrap(values)))
    assert len(as_lines(report).splitlines()) == 4 + 2


@pytest.mark.usefixtures("short")
def test_the_command_prints_one_object_or_a_table(
    small_task: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["balance", "--task", small_task, "--missing", "--seeds", "1", "--strategy", "gated"]
    words += ["--image-encoder", PAIR[0], "--text-encoder", PAIR[1]]
    assert cli.main([*words, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    shares = [row["modality_dropout"] for row in report["results"]]
    assert shares == [0.0, Recipe().modality_dropout]
    assert {row["strategy"] for row in report["results"]} == {"gated"} and len(report["results"]) == 2
    assert cli.main(words) == 0
    assert capsys.readouterr().out == as_lines(report) + "\n"


@pytest.mark.parametrize("words", [["--missing", "--seeds", "0"], ["--modality-dropout", "0.1"]])
def test_what_cannot_be_measured_is_one_line(
    small_task: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["balance", "--task", small_task, *words]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_the_options_of_a_fit_reach_its_recipe(
    small_task: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    recipes: list[Recipe] = []

    def noted(*_: Any, recipe: Recipe, **__: Any) -> dict[str, Any]:
        recipes.append(recipe)
        return {}

    monkeypatch.setattr("fusion.commands.fit.fit_task", noted)
    words = ["fit", "--task", small_task, "--out", str(tmp_path)]
    assert cli.main(words) == 0
    assert cli.main([*words, "--class-weights", "--modulation", "0.5", "--blending"]) == 0
    assert cli.main([*words, "--balanced", "--modality-dropout", "0.2"]) == 0
    assert recipes == [
        Recipe(),
        Recipe(class_weights=True, modulation=0.5, blending=True),
        Recipe(balanced=True, modality_dropout=0.2),
    ]
    assert cli.main([*words, "--balanced", "--class-weights"]) == 1
    assert "would correct twice" in capsys.readouterr().err
