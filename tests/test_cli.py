"""The command line: what it prints, where, and with which status."""

import json
from pathlib import Path

import pytest

from fusion.cli import main
from fusion.encoders import ENCODERS
from fusion.paths import ASSETS
from fusion.strategies import STRATEGIES

PICTURE = str(next((ASSETS / "examples").glob("*.png")))
QUESTION = "what color is the shape?"
TASK = ("--task", "easy-vqa")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(words)
    out, err = capsys.readouterr()
    return status, out, err


def test_ask_prints_the_object_of_the_design(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "ask", PICTURE, QUESTION, "--strategy", "all", "--json", *TASK)
    found = json.loads(out)
    assert status == 0
    assert found["question"] == QUESTION
    assert found["task"] == "easy-vqa"
    assert found["encoders"] == {"image": "efficientnet-lite0-levels", "text": "minilm"}
    assert found["modality"] == "both"
    assert [r["strategy"] for r in found["results"]] == STRATEGIES.names()
    for result in found["results"]:
        chances = [a["probability"] for a in result["answers"]]
        assert chances == sorted(chances, reverse=True)
        assert 0 < chances[0] <= 1
        assert result["milliseconds"] > 0
        assert set(result["contribution"]) == {"image", "text", "synergy", "says"}


def test_without_a_strategy_the_default_answers_alone(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "ask", PICTURE, QUESTION, "--json", *TASK)
    assert [r["strategy"] for r in json.loads(out)["results"]] == ["cross-attention"]


@pytest.mark.parametrize(
    ("picture", "question", "modality", "path"),
    [(PICTURE, "", "image", "image-only"), ("", QUESTION, "text", "text-only")],
)
def test_one_modality_alone_takes_the_unimodal_path(
    capsys: pytest.CaptureFixture[str], picture: str, question: str, modality: str, path: str
) -> None:
    _, out, _ = run(capsys, "ask", picture, question, "--strategy", "gated", "--json", *TASK)
    found = json.loads(out)
    assert found["modality"] == modality
    assert [r["strategy"] for r in found["results"]] == [path]
    _, out, _ = run(capsys, "ask", picture, question, *TASK)
    assert f"Only the {modality} was given" in out


def test_a_weight_set_by_hand_decides(capsys: pytest.CaptureFixture[str]) -> None:
    def answers(weight: str, question: str) -> object:
        words = (
            "ask",
            PICTURE,
            question,
            "--strategy",
            "weighted",
            "--set",
            f"image_weight={weight}",
            "--json",
            *TASK,
        )
        return json.loads(run(capsys, *words)[1])["results"][0]["answers"]

    assert answers("1", QUESTION) == answers("1", "is there a circle?")
    assert answers("0.5", QUESTION) != answers("0.5", "is there a circle?")


@pytest.mark.parametrize(
    "words",
    [
        ("ask", "no-such-file.png", QUESTION),
        ("ask", __file__, QUESTION),
        ("ask", "", ""),
        ("ask", PICTURE, QUESTION, "--strategy", "magic"),
        ("ask", PICTURE, QUESTION, "--task", "magic"),
        ("ask", PICTURE, QUESTION, "--image-encoder", "minilm"),
        ("ask", PICTURE, QUESTION, "--strategy", "weighted", "--set", "image_weight=7"),
        ("ask", PICTURE, QUESTION, "--set", "image_weight"),
        ("ask", PICTURE, QUESTION, "--set", "image_wieght=0.5"),
        ("ask", PICTURE, "x" * 2000),
        ("fit", "--task", "easy-vqa", "--strategy", "magic"),
        ("fit", "--task", "easy-vqa", "--strategy", "concat", "--head", "magic"),
        ("fit", "--task", "easy-vqa", "--strategy", "concat", "--epochs", "0"),
        ("fit", "--task", "easy-vqa", "--strategy", "concat", "--seed", "-1"),
        ("fit", "--task", "easy-vqa", "--strategy", "concat", "--shots", "0"),
        ("fit", "--task", "easy-vqa", "--strategy", "concat", "--from", "no-such-file.safetensors"),
        ("fit", "--task", "easy-vqa", "--strategy", "concat", "--from", __file__),
        ("transfer", "--task", "easy-vqa", "--from", "no-such-file.safetensors"),
        ("transfer", "--task", "magic", "--from", "no-such-file.safetensors"),
        ("transfer", "--task", "easy-vqa", "--from", __file__, "--seeds", "1"),
        ("evaluate", "--task", "magic"),
    ],
)
def test_a_failure_is_one_line_on_stderr(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    status, out, err = run(capsys, *words)
    assert status == 1
    assert out == ""
    assert err.startswith("fusion: ") and err.count("\n") == 1
    assert "Traceback" not in err


@pytest.mark.parametrize("words", [(), ("ask", PICTURE), ("magic",), ("fit", "--task", "x", "--epochs", "y")])
def test_a_wrong_command_is_one_line_on_stderr(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(words)
    out, err = capsys.readouterr()
    assert (end.value.code, out) == (2, "")
    assert err.startswith("fusion: ") and err.count("\n") == 1


def test_a_folder_that_cannot_be_written_is_one_line_on_stderr(
    capsys: pytest.CaptureFixture[str], small_task: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("FUSION_CACHE", str(tmp_path / "file"))
    status, out, err = run(capsys, "fit", "--task", small_task, "--strategy", "concat")
    assert (status, out) == (1, "")
    assert err.startswith("fusion: Not a directory") and err.count("\n") == 1
    status, out, _ = run(capsys, "ask", PICTURE, QUESTION, *TASK)
    assert status == 0 and out.startswith("cross-attention")


def test_list_names_everything(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "list", "--json")
    listed = json.loads(out)
    assert [r["name"] for r in listed["strategies"]] == STRATEGIES.names()
    assert [r["name"] for r in listed["encoders"]] == ENCODERS.names()
    _, out, _ = run(capsys, "list", "tasks")
    assert "easy-vqa" in out and "cross-attention" not in out


def test_fit_evaluate_and_ask_with_the_result(
    capsys: pytest.CaptureFixture[str], small_task: str, tmp_path: Path
) -> None:
    pair = ("--image-encoder", "efficientnet-lite0", "--text-encoder", "word-embedding")
    words = ("fit", "--task", small_task, "--strategy", "concat", "--epochs", "2", *pair)
    status, out, err = run(capsys, *words)
    assert status == 0, err
    assert "concat" in out and "validation accuracy" in out
    status, out, _ = run(capsys, "evaluate", "--task", small_task, "--json", "--out", str(tmp_path), *pair)
    report = json.loads(out)
    assert status == 0
    assert set(report["priors"]) == {"majority", "text_only_rule"}
    result = report["results"][0]
    assert result["strategy"] == "concat"
    assert result["interval"][0] <= result["accuracy"] <= result["interval"][1]
    assert sum(kind["n"] for kind in result["by_type"].values()) == report["n"]
    written = list(tmp_path.rglob("evaluation.json"))
    assert len(written) == 1 and json.loads(written[0].read_text()) == report
    status, out, _ = run(
        capsys, "ask", PICTURE, QUESTION, "--task", small_task, "--strategy", "concat", *pair
    )
    assert status == 0 and out.startswith("concat")


def test_a_fit_starts_from_the_checkpoints_of_another_pair(
    capsys: pytest.CaptureFixture[str], small_task: str, tmp_path: Path
) -> None:
    image = ("--image-encoder", "efficientnet-lite0")
    first, second = tmp_path / "first", tmp_path / "second"
    words = ("fit", "--task", small_task, "--strategy", "concat", "--shots", "4", "--epochs", "2", *image)
    words = (*words, "--text-encoder")
    status, out, err = run(capsys, *words, "word-embedding", "--out", str(first))
    assert status == 0, err
    assert "started" not in out and "of 2 epochs" in out
    folder = first / small_task / "efficientnet-lite0+word-embedding"
    told = ("--out", str(second), "--from", str(folder))
    status, out, err = run(capsys, *words, "word-embedding", *told)
    assert status == 0, err
    assert "concat: 100% of its parameters started from" in out
    path = ("--from", str(folder / "concat.safetensors"), "--shots", "2", "--seeds", "2", "--json")
    status, out, err = run(
        capsys, "transfer", "--task", small_task, *path, *image, "--text-encoder", "minilm"
    )
    assert status == 0, err
    report = json.loads(out)
    assert report["from"].endswith("concat.safetensors") and 0 < report["started"] < 1
    assert set(report) >= {"task", "strategy", "shots", "without", "with", "gain"}
    assert len(report["gain"]["seeds"]) == 2
    assert report["gain"]["interval"][0] <= report["gain"]["mean"] <= report["gain"]["interval"][1]
