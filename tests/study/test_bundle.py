"""One file: it answers as the study's lens does, and whatever is wrong with it is one sentence."""

import pickle
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

import fusion
from fusion import checkpoint
from fusion.encoders import ENCODERS
from fusion.errors import MissingWeights, UserError
from fusion.study import Study
from fusion.study.bundle import write_fitted
from tests.study.conftest import PAIR


def test_it_answers_as_the_studys_lens_does(studied: Study, fitted_file: Path) -> None:
    lens = fusion.load(fitted_file)
    assert (lens.strategies, lens.labels) == (("weighted",), studied.record.labels)
    for example in studied.test[:3]:
        assert isinstance(example.picture, Path)
        found = lens.ask(example.picture, example.text)["results"][0]
        kept = studied.lens().ask(example.picture, example.text, "weighted")["results"][0]
        assert found["answers"] == kept["answers"]
        assert lens.classify(example.picture, example.text)["results"][0]["answers"] == kept["answers"]
    explained = lens.explain(example.picture, example.text)
    assert explained["answer"]["label"] == kept["answers"][0]["label"]
    assert len(explained["text"]["relevance"]) == len(explained["text"]["words"])


def test_it_holds_its_model_card(studied: Study, fitted_file: Path) -> None:
    with safe_open(fitted_file, "pt") as file:
        metadata = file.metadata()
    assert metadata["kind"] == "fitted"
    assert metadata["model_card"] == studied.card("weighted")


def test_its_data_stayed_where_it_was(fitted_file: Path) -> None:
    with pytest.raises(UserError, match=r"^The data of studied is not in the file"):
        fusion.load(fitted_file)._task.examples("test")


def test_a_file_names_its_own_task(fitted_file: Path) -> None:
    with pytest.raises(UserError, match=r"^A file names its own task and encoders"):
        fusion.load(fitted_file, task="scenes")


@pytest.mark.parametrize(
    "damage", ["truncated", "flipped", "pickled", "empty", "foreign", "text", "folder", "none"]
)
def test_what_is_no_such_file_is_one_sentence(fitted_file: Path, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "fitted.safetensors"
    whole = fitted_file.read_bytes()
    match damage:
        case "truncated":
            path.write_bytes(whole[: len(whole) // 2])
        case "flipped":
            path.write_bytes(whole[:20] + b"\xff" * 50 + whole[70:])
        case "pickled":
            path.write_bytes(pickle.dumps({"weight": [1.0]}))
        case "empty":
            path.write_bytes(b"")
        case "foreign":
            save_file({"weight": torch.zeros(2)}, path, metadata={"format": "pt"})
        case "text":
            path.write_text("not a model")
        case "folder":
            path.mkdir()
    with pytest.raises(UserError) as refused:
        fusion.load(path)
    told = str(refused.value)
    assert "fitted.safetensors" in told and "\n" not in told and str(tmp_path) not in told


def test_another_kind_is_told(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    save_file({"weight": torch.zeros(2)}, path, metadata={"kind": "sung"})
    with pytest.raises(UserError, match=r"^other.safetensors is of the kind 'sung', which is not known here"):
        fusion.load(path)


def with_card(source: Path, target: Path, **changes: object) -> Path:
    """The file with another card of its own."""
    model, card = checkpoint.load(source)
    checkpoint.save(target, model, replace(card, **changes))  # type: ignore[arg-type]
    write_fitted(target, target, "")
    return target


def test_an_encoder_that_is_not_known_here_is_told(fitted_file: Path, tmp_path: Path) -> None:
    path = with_card(fitted_file, tmp_path / "a.safetensors", image_encoder="eyes")
    with pytest.raises(
        UserError, match=r"^a.safetensors was fitted on the encoder eyes, which is not installed"
    ):
        fusion.load(path)


def test_an_encoder_whose_weights_are_not_here_is_told(
    fitted_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUSION_MODELS", str(tmp_path))
    path = with_card(fitted_file, tmp_path / "a.safetensors", text_encoder="bert-base")
    with pytest.raises(MissingWeights):
        fusion.load(path)


def test_other_weights_of_an_encoder_are_told(fitted_file: Path, tmp_path: Path) -> None:
    versions = (ENCODERS[PAIR[0]].version + 1, ENCODERS[PAIR[1]].version)
    path = with_card(fitted_file, tmp_path / "a.safetensors", encoder_versions=versions)
    with pytest.raises(UserError, match=r"^a.safetensors was fitted on other weights of "):
        fusion.load(path)
