"""The command `fit` over several seeds."""

import json
from pathlib import Path
from typing import Any

import pytest

import fusion
from fusion.bench_own import write_rows
from fusion.cli import main
from fusion.fitting import fit_one
from fusion.recipe import Recipe
from fusion.train import History
from tests.few_drawings import few_drawings
from tests.processes import TWO, run, told

QUICK = ("--image-encoder", "efficientnet-lite0-levels", "--text-encoder", "word-embedding", "--epochs", "1")


def test_a_task_over_seeds_prints_its_leaderboard_and_leaves_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    task, out = few_drawings("studied", 90, 40), tmp_path / "fitted.safetensors"
    command = ["fit", "--task", task, "--seeds", "2", "--strategy", "weighted", *QUICK, "--out", str(out)]
    assert main([*command, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["strategy"] for row in found["results"]] == ["image-only", "text-only", "weighted"]
    assert found["seeds"] == 2
    assert fusion.load(out).strategies == ("weighted",)
    assert main([*command[:-1], str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "logistic regression" in printed and "95 % interval" in printed
    kept = tmp_path / task / "efficientnet-lite0-levels+word-embedding"
    assert {path.stem for path in kept.glob("*.safetensors")} == {
        "image-only",
        "text-only",
        "weighted",
        "domain",
    }


def test_what_balances_a_fit_reaches_every_one_of_a_study(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    recipes: list[Recipe] = []

    def noted(*given: Any, **named: Any) -> History:
        recipes.append(next(one for one in given if isinstance(one, Recipe)))
        return fit_one(*given, **named)

    monkeypatch.setattr("fusion.study.fits.fit_one", noted)
    command = ["fit", "--task", few_drawings("studied", 90, 40), "--seeds", "1", "--strategy", "weighted"]
    assert main([*command, *QUICK, "--class-weights", "--modulation", "0.5"]) == 0
    assert len(recipes) == 3 and "weighted" in capsys.readouterr().out
    assert all(
        (one.class_weights, one.modulation, one.epochs, one.batch) == (True, 0.5, 1, 32) for one in recipes
    )


def test_data_of_ones_own_becomes_one_file_under_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "things").mkdir()
    write_rows(tmp_path / "things", 60)
    out = tmp_path / "fitted.safetensors"
    command = ["fit", "--data", str(tmp_path / "things"), "--task", "My things", "--seeds", "1", *QUICK]
    assert main([*command, "--strategy", "concat", "--out", str(out), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["task"] == "My things"
    assert found["n"]["train"] + found["n"]["held_back"] + found["n"]["test"] == 60
    lens = fusion.load(out)
    assert (lens.task, lens.strategies) == ("My things", ("concat",))
    assert set(lens.labels) == set(found["labels"])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "Name a task with --task, or bring your own data with --data."),
        (
            ["--task", "easy-vqa", "--seeds", "2", "--shots", "3"],
            "--shots is for one fit of a task; a study over",
        ),
        (
            ["--task", "easy-vqa", "--seeds", "2", "--class-weights", "--balanced"],
            "A fit takes class weights or balanced samples",
        ),
        (["--task", "photos", "--seeds", "2"], "photos has no training split of its own"),
        (["--task", "easy-vqa", "--seeds", "2", "--strategy", "nod"], "There is no strategy named 'nod'"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fit", *options]) == 1
    told = capsys.readouterr().err
    assert told.startswith(f"fusion: {sentence}") and told.count("\n") == 1


def test_two_processes_study_ones_own_data_together(tmp_path: Path) -> None:
    things, out = tmp_path / "things", tmp_path / "fitted.safetensors"
    things.mkdir()
    write_rows(things, 60)
    options = ("--seeds", "1", "--strategy", "concat", *QUICK, "--json", "--out", str(out))
    done = run(*TWO, "fusion", "fit", "--data", str(things), *options)
    assert done.returncode == 0, done.stderr
    (line,) = told(done)
    found = json.loads(line)
    assert [row["strategy"] for row in found["results"]] == ["image-only", "text-only", "concat"]
    assert found["n"]["train"] + found["n"]["held_back"] + found["n"]["test"] == 60
    (answer,) = fusion.load(out).classify(things / "0.jpg", "what is it?")["results"]
    assert {row["label"] for row in answer["answers"]} <= set(found["labels"])
