"""The measured explainers of `evaluate --explain`, and `explain` on the command line."""

import json
from pathlib import Path

import pytest
from PIL import Image

import fusion
from fusion.cli import main
from fusion.data.samples import encode_examples
from fusion.errors import UserError
from fusion.explain import EXPLAINERS
from fusion.explain.evaluation import MEASURES, POINTING, as_lines, explanations
from fusion.lens import Lens
from fusion.paths import ASSETS
from fusion.progress import silent
from fusion.tasks import TASKS

PAIR = ("efficientnet-lite0-levels", "minilm")
PICTURE = str(ASSETS / "examples" / "red-triangle.png")
QUESTION = "what color is the triangle?"


def test_every_explainer_is_measured_for_both_modalities() -> None:
    record = TASKS["easy-vqa"]
    examples = record.examples("test")[:12]
    samples = encode_examples(examples, record.labels, *PAIR, progress=silent)
    regions = {i: region for i, e in enumerate(examples) if (region := record.region(e))}
    model, _ = fusion.load(task="easy-vqa").model("cross-attention")
    models = {"cross-attention": model}
    rows = explanations(models, PAIR[1], samples, examples, regions, range(6), silent)
    assert [(row["explainer"], row["modality"]) for row in rows] == [
        (name, modality) for name in ("random", *EXPLAINERS.names()) for modality in ("image", "text")
    ]
    for row in rows:
        for name in MEASURES:
            low, high = row[f"{name}_interval"]
            assert -1 <= low <= row[name] <= high <= 1
        assert row["gain"] == pytest.approx(row["insertion"] - row["deletion"])
        assert row["n"] == 6
        pointed = row["modality"] == "image" and row["explainer"] != "random"
        assert [name in row for name in POINTING] == [pointed] * 3
        if pointed:
            assert row["pointing_without_tolerance"]["hit"] <= row["pointing_of_right_answer"]["hit"]
        if row["explainer"] != "random":
            size = row["randomised_rank_correlation_size"]
            assert abs(row["randomised_rank_correlation"]) <= size <= 1
    of_text = {row["explainer"]: row for row in rows if row["modality"] == "text"}
    assert of_text["attention"]["deletion"] < of_text["random"]["deletion"]
    assert of_text["attention"]["insertion"] > of_text["random"]["insertion"]
    assert len(as_lines(rows)) == len(rows)


def test_explain_writes_the_map_and_prints_one_object(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "overlay.png"
    words = ["explain", PICTURE, QUESTION, "--task", "easy-vqa", "--out", str(out)]
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["answer"]["label"] == "red" and found["strategy"] == "cross-attention"
    rows, columns = found["image"]["grid"]
    assert [len(row) for row in found["image"]["relevance"]] == [columns] * rows
    assert len(found["text"]["words"]) == len(found["text"]["relevance"]) == 6
    for check in found["faithfulness"].values():
        assert check["deletion"][0] == pytest.approx(found["answer"]["probability"], abs=1e-4)
    with Image.open(out) as written, Image.open(PICTURE) as given:
        assert written.size == given.size
    assert main([*words, "--strategy", "concat", "--explainer", "grad-cam"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("concat answers red") and len(told) == 3


def test_a_strategy_that_has_answered_can_be_explained() -> None:
    """Its weights were read while it answered, in inference mode."""
    lens = Lens("easy-vqa", *PAIR)
    lens.ask(PICTURE, QUESTION, "gated")
    assert lens.explain(PICTURE, QUESTION, "gated")["answer"]["label"] == "red"


def test_what_cannot_be_explained_is_one_sentence() -> None:
    lens = fusion.load(task="easy-vqa")
    with pytest.raises(UserError, match="needs a picture and a text"):
        lens.explain(PICTURE, "")
    with pytest.raises(UserError, match="concat has no attention to follow; explain it by grad-cam"):
        lens.explain(PICTURE, QUESTION, "concat", "rollout")
    with pytest.raises(UserError, match="no explainer named 'x'"):
        lens.explain(PICTURE, QUESTION, explainer="x")
