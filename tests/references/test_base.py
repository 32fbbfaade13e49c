"""What every reference model must do, whichever it is."""

import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
from huggingface_hub import constants
from PIL import Image
from safetensors.torch import load_file, save_file

from fusion.errors import MissingWeights, UserError
from fusion.references import REFERENCES, load_reference
from tests.tiny_references import save_all

NAMES = REFERENCES.names()


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_all(tmp_path_factory.mktemp("models"))


@pytest.fixture
def models(saved: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FUSION_MODELS", str(saved))
    return saved


@pytest.fixture
def picture() -> Image.Image:
    noise = np.random.default_rng(0).integers(0, 256, (60, 150, 3), dtype=np.uint8)
    return Image.fromarray(noise)


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("question", ["What color is the triangle?", "yes", "\u0301", "the " * 100])
@pytest.mark.parametrize("size", [(64, 64), (300, 60), (40, 320), (160, 8)])
def test_it_answers_whatever_is_asked(name: str, question: str, size: tuple[int, int]) -> None:
    answer = load_reference(name).answer(Image.new("RGB", size, "teal"), question)
    chances = [p for _, p in answer.answers]
    assert answer.strategy == name
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) == pytest.approx(1, abs=1e-5)
    assert len({label for label, _ in answer.answers}) == len(chances)
    assert answer.milliseconds > 0 and answer.parameters > 1000
    assert answer.sure and answer.accuracy is None and answer.contribution is None


@pytest.mark.parametrize("name", NAMES)
def test_it_says_where_it_comes_from(name: str) -> None:
    record = REFERENCES[name]
    assert record.weights.name == name
    assert len(record.weights.revision) == 40 and record.weights.licence
    assert "arXiv" in record.source
    assert not any(file.endswith((".bin", ".pt")) for file in record.weights.files)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_loaded_from_the_hubs_cache(
    saved: Path, name: str, picture: Image.Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = REFERENCES[name].weights
    expected = load_in(saved, name, picture, monkeypatch)
    repository = tmp_path / f"models--{weights.repository.replace('/', '--')}"
    snapshot = repository / "snapshots" / weights.revision
    snapshot.mkdir(parents=True)
    for file in weights.files:
        shutil.copy(saved / name / file, snapshot)
    monkeypatch.delenv("FUSION_MODELS")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    assert REFERENCES[name].build().answer(picture, "what shape?").answers == expected


def load_in(
    folder: Path, name: str, picture: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> tuple[tuple[str, float], ...]:
    monkeypatch.setenv("FUSION_MODELS", str(folder))
    return REFERENCES[name].build().answer(picture, "what shape?").answers


@pytest.mark.parametrize("name", NAMES)
def test_without_weights_it_says_how_to_get_them(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUSION_MODELS", str(tmp_path))
    with pytest.raises(MissingWeights, match=f"fusion download {name}") as caught:
        REFERENCES[name].build()
    assert caught.value.name == name


@pytest.mark.parametrize("name", NAMES)
def test_other_files_are_refused_in_a_sentence(
    saved: Path, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(change: str) -> None:
        with pytest.raises(UserError, match=f"damaged or of another model than {name}") as caught:
            REFERENCES[name].build()
        assert "\n" not in str(caught.value), change

    monkeypatch.setenv("FUSION_MODELS", str(tmp_path))
    folder = tmp_path / name
    other = next(n for n in NAMES if n != name)
    shutil.copytree(saved / other, folder)
    refused("another model")
    shutil.rmtree(folder)
    shutil.copytree(saved / name, folder)
    tensors = load_file(folder / "model.safetensors")
    tensors.pop(next(key for key in tensors if key.endswith("query.weight")))
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    refused("a layer is missing, which transformers would make up")
    (folder / "model.safetensors").write_bytes(b"no weights")
    refused("damaged")
    (folder / "config.json").unlink()
    refused("incomplete")


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("name", NAMES)
def test_threads_get_their_own_answers(name: str, picture: Image.Image) -> None:
    reference = REFERENCES[name].build()
    questions = ["what color is the circle ?", "yes", "is the shape in the image no ?", "triangle"]
    expected = {question: reference.answer(picture, question).answers for question in questions}
    found: dict[str, object] = {}

    def ask(question: str) -> None:
        found[question] = reference.answer(picture, question).answers

    threads = [threading.Thread(target=ask, args=(question,)) for question in questions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == expected
