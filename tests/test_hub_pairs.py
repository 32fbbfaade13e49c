"""Pairs of encoders that a hub keeps, over tiny models: fit, ask, explain; and which pair is the default."""

import json
import shutil
from pathlib import Path

import huggingface_hub.constants
import numpy as np
import pytest

from fusion import checkpoint, pairs
from fusion.cli import main
from fusion.encoders import ENCODERS, load_encoder
from fusion.errors import MissingCheckpoint, MissingWeights
from fusion.fitting import fit_task
from fusion.lens import Lens
from fusion.opening import load_lens
from fusion.pairs import pair_or_default
from fusion.paths import ASSETS
from fusion.progress import silent
from fusion.recipe import Recipe
from tests.encoders.lite0 import noise
from tests.tiny_models import write_models

PAIRS = [
    ("clip-vit-b-32", "bert-base"),
    ("clip-vit-b-32", "clip-vit-b-32"),
    ("resnet-50", "gpt2"),
    ("vgg-16", "minilm"),
]
STRATEGIES = ["concat", "cross-attention"]
QUESTION = "isn't the circle red?"
PICTURE = str(ASSETS / "examples" / "red-triangle.png")
EMBEDDED = ("efficientnet-lite0-levels", "minilm")  # the default of drawings


@pytest.fixture
def models(tiny_models_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Tiny models that may be changed, and a cache folder of the test's own."""
    monkeypatch.setenv("FUSION_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("FUSION_MODELS", str(tmp_path / "models"))
    return Path(shutil.copytree(tiny_models_folder, tmp_path / "models"))


def fit(task: str, pair: tuple[str, str], strategies: list[str] = STRATEGIES) -> None:
    fit_task(task, strategies, *pair, Recipe(epochs=1, batch=64), silent)


@pytest.mark.parametrize("pair", PAIRS, ids="+".join)
def test_a_pair_is_fitted_asked_and_explained(models: Path, small_task: str, pair: tuple[str, str]) -> None:
    with pytest.raises(MissingCheckpoint):
        Lens(small_task, *pair)
    fit(small_task, pair)
    reply = Lens(small_task, *pair).reply(noise(90, 60), QUESTION, "all")
    assert [answer.strategy for answer in reply.results] == STRATEGIES
    for answer in reply.results:
        assert sum(share for _, share in answer.answers) == pytest.approx(1, abs=1e-5)
        assert answer.contribution is not None
    maps = reply.results[1].attention
    assert maps is not None
    assert maps.words == (load_encoder(pair[1]).encode([QUESTION]).words or ())[0]
    assert maps.weights.shape[2] == len(maps.words)
    np.testing.assert_allclose(maps.weights.sum((-1, -2)), 1, atol=1e-5)
    (alone,) = Lens(small_task, *pair).reply(None, QUESTION, "concat").results
    assert alone.label


def test_a_checkpoint_is_left_aside_once_other_weights_are_there(models: Path, small_task: str) -> None:
    pair = ("clip-vit-b-32", "bert-base")
    fit(small_task, pair, ["concat"])
    found = checkpoint.find(small_task, *pair)
    card = checkpoint.read_card(found["concat"])
    marks = tuple(weights.fingerprint() for name in pair if (weights := ENCODERS[name].weights) is not None)
    assert card.encoder_weights == marks and all(marks)
    opened = load_lens(small_task, *pair)
    assert load_lens(small_task, *pair) is opened
    kept = shutil.move(models / "bert-base", models / "kept")
    write_models(models, ["bert-base"], seed=1)
    assert checkpoint.find(small_task, *pair) == {}
    with pytest.raises(MissingCheckpoint):
        load_lens(small_task, *pair)
    fit(small_task, pair, ["concat"])  # on tokens of the new weights, not on those kept on disk
    assert checkpoint.find(small_task, *pair) == found
    again = load_lens(small_task, *pair)
    assert again is not opened and again.strategies == ("concat",)
    fit(small_task, pair, ["gated"])
    assert load_lens(small_task, *pair).strategies == ("concat", "gated")
    shutil.rmtree(models / "bert-base")
    shutil.move(kept, models / "bert-base")
    assert checkpoint.find(small_task, *pair) == {}, "the last fit is of the weights before"


@pytest.mark.parametrize("pair", [("clip-vit-b-32", "minilm"), ("efficientnet-lite0", "gpt2")], ids="+".join)
def test_without_its_weights_a_pair_says_so_at_once(
    pair: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FUSION_MODELS", raising=False)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(MissingWeights, match="python -m fusion download"):
        load_lens("easy-vqa", *pair)
    assert pair_or_default("easy-vqa", *pair) == pair


def test_the_command_line_says_in_one_line_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FUSION_MODELS", str(tmp_path))
    for words in (["ask", PICTURE, QUESTION], ["classify", PICTURE, "", "--labels", "cat,dog"]):
        assert main([*words, "--image-encoder", "clip-vit-b-32"]) == 1
        out, err = capsys.readouterr()
        assert out == "" and err.count("\n") == 1
        assert err.startswith("fusion: The weights of clip-vit-b-32 (605 MB) are not on this machine; run: ")


def test_typed_labels_need_no_checkpoint(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["classify", PICTURE, "a shape", "--labels", "cat,dog", "--strategy", "all", "--json"]
    assert main([*words, "--image-encoder", "clip-vit-b-32"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["encoders"] == {"image": "clip-vit-b-32", "text": "clip-vit-b-32"}
    assert len(found["results"]) == 3


def test_what_a_hub_keeps_is_listed_with_its_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "encoders", "--json"]) == 0
    listed = {record["name"]: record for record in json.loads(capsys.readouterr().out)["encoders"]}
    assert listed["gpt2"]["weights"]["repository"] == "openai-community/gpt2"
    assert listed["minilm"]["weights"] is None


def test_clip_with_bert_is_the_default_where_it_can_answer(
    models: Path, small_task: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    preferred = ("clip-vit-b-32", "bert-base")
    assert pair_or_default(small_task, None, None) == EMBEDDED, "nothing is fitted"
    fit(small_task, preferred, ["concat"])
    assert pair_or_default(small_task, None, None) == EMBEDDED, "one strategy of many"
    monkeypatch.setattr(pairs.STRATEGIES, "names", lambda: ["concat"])
    assert pair_or_default(small_task, None, None) == preferred
    assert pair_or_default("easy-vqa", None, None) == EMBEDDED, "fitted for another task"
    assert pair_or_default(small_task, None, "minilm") == EMBEDDED, "one is named"
    assert pair_or_default(small_task, EMBEDDED[0], None) == EMBEDDED
    shutil.rmtree(models / "bert-base")
    assert pair_or_default(small_task, None, None) == EMBEDDED, "its weights are gone"
