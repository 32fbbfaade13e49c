"""Weights that a hub keeps: found in a folder or in the hub's cache, never downloaded unasked."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import huggingface_hub.constants
import pytest

from fusion.errors import MissingWeights, UserError
from fusion.weights import Weights
from tests.tiny_models import write_hub_cache

WEIGHTS = Weights(
    name="small",
    repository="someone/small",
    revision="0123456789abcdef0123456789abcdef01234567",
    files=("config.json", "model.safetensors"),
    megabytes=605,
    licence="MIT",
)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A hub cache of the test's own, empty."""
    monkeypatch.delenv("FUSION_MODELS", raising=False)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder that holds the model under its name."""
    folder = tmp_path / "models"
    (folder / "small").mkdir(parents=True)
    (folder / "small" / "config.json").write_text("{}")
    (folder / "small" / "model.safetensors").write_bytes(bytes(range(256)) * 20_000)
    return folder


@pytest.mark.parametrize("prefix", ["", "local-dir:"])
def test_a_folder_goes_before_the_cache(
    models: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, prefix: str
) -> None:
    assert WEIGHTS.found() is None
    snapshot = write_hub_cache(cache, WEIGHTS, models / "small")
    assert WEIGHTS.found() == WEIGHTS.folder() == snapshot
    monkeypatch.setenv("FUSION_MODELS", f"{prefix}{models}")
    assert WEIGHTS.found() == models / "small"


def test_a_home_folder_is_known(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(models.parent))
    monkeypatch.setenv("FUSION_MODELS", "~/models")
    assert WEIGHTS.found() == models / "small"


def test_a_folder_without_weights_does_not_count(
    models: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUSION_MODELS", str(models))
    snapshot = write_hub_cache(cache, WEIGHTS, models / "small")
    (models / "small" / "model.safetensors").rename(models / "small" / "pytorch_model.bin")
    assert WEIGHTS.found() == snapshot, "a pickle is never read"
    shutil.rmtree(models / "small")
    assert WEIGHTS.found() == snapshot


@pytest.mark.parametrize("lost", ["config.json", "model.safetensors"])
def test_a_snapshot_that_is_not_whole_does_not_count(models: Path, cache: Path, lost: str) -> None:
    snapshot = write_hub_cache(cache, WEIGHTS, models / "small")
    (snapshot / lost).resolve().unlink()
    assert WEIGHTS.found() is None, "its blob is gone"
    (snapshot / lost).unlink()
    assert WEIGHTS.found() is None


def test_another_revision_does_not_count(models: Path, cache: Path) -> None:
    write_hub_cache(cache, replace(WEIGHTS, revision="f" * 40), models / "small")
    assert WEIGHTS.found() is None


def test_what_is_missing_is_said_with_what_to_do() -> None:
    with pytest.raises(MissingWeights) as refused:
        WEIGHTS.load(lambda folder: pytest.fail("there is nothing to read"))
    assert refused.value.name == "small"
    assert (
        str(refused.value)
        == WEIGHTS.missing_sentence()
        == (
            "The weights of small (605 MB) are not on this machine; run: python -m fusion download small, "
            "or set FUSION_MODELS to a folder that holds them as small."
        )
    )
    assert replace(WEIGHTS, megabytes=1540).size == "1.5 GB"


def test_what_is_read_is_given_and_what_cannot_be_is_one_sentence(
    models: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUSION_MODELS", str(models))
    assert WEIGHTS.load(lambda folder: folder.name) == "small"

    def fail(folder: Path) -> None:
        raise RuntimeError("size mismatch\nfor x")

    with pytest.raises(UserError) as refused:
        WEIGHTS.load(fail)
    sentence = "The files in {} are damaged or of another model than small; remove them and run: "
    sentence += "python -m fusion download small."
    assert str(refused.value) == sentence.format(models / "small")
    assert not isinstance(refused.value, MissingWeights)
    monkeypatch.delenv("FUSION_MODELS")
    snapshot = write_hub_cache(cache, WEIGHTS, models / "small")
    with pytest.raises(UserError) as refused:
        WEIGHTS.load(fail)
    assert str(refused.value) == sentence.format(snapshot.parents[1]), "where the blobs lie too"


def test_the_fingerprint_is_of_the_content(
    models: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert WEIGHTS.fingerprint() == ""
    write_hub_cache(cache, WEIGHTS, models / "small")
    first = WEIGHTS.fingerprint()
    assert len(first) == 16
    monkeypatch.setenv("FUSION_MODELS", str(models))
    assert WEIGHTS.fingerprint() == first, "wherever it lies"
    seen = {first}
    path = models / "small" / "model.safetensors"
    for at in (0, path.stat().st_size // 3, path.stat().st_size // 2, path.stat().st_size - 1):
        changed = bytearray(path.read_bytes())
        changed[at] ^= 1
        path.write_bytes(changed)
        os.utime(path, ns=(len(seen), len(seen)))  # however coarse the clock of the disk
        seen.add(WEIGHTS.fingerprint())
    (models / "small" / "config.json").write_text('{"layers": 3}')
    seen.add(WEIGHTS.fingerprint())
    (models / "small" / "model-2.safetensors").write_bytes(b"more")
    seen.add(WEIGHTS.fingerprint())
    assert len(seen) == 7
    (models / "small" / "README.md").write_text("read by no model")
    assert WEIGHTS.fingerprint() in seen


def test_a_file_is_read_for_its_fingerprint_once(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUSION_MODELS", str(models))
    first = WEIGHTS.fingerprint()
    monkeypatch.setattr(Path, "open", lambda *args, **kwargs: pytest.fail("read again"))
    assert WEIGHTS.fingerprint() == first
