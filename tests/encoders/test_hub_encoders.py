"""Encoders whose weights a hub keeps: where they are found, and what is said where they cannot be used."""

import json
import shutil
from pathlib import Path

import huggingface_hub.constants
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from fusion.encoders import ENCODERS, EncoderRecord, load_encoder
from fusion.errors import MissingWeights, UserError
from fusion.tokens import Tokens
from fusion.weights import Weights
from tests.encoders.lite0 import noise
from tests.tiny_models import WRITERS, write_hub_cache

KEPT = {record.name: record for record in ENCODERS if record.weights is not None}


@pytest.fixture(params=KEPT)
def record(request: pytest.FixtureRequest) -> EncoderRecord:
    return KEPT[request.param]


@pytest.fixture
def weights(record: EncoderRecord) -> Weights:
    assert record.weights is not None
    return record.weights


@pytest.fixture
def own(
    record: EncoderRecord, tiny_models_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A copy of the tiny model, found through FUSION_MODELS, which may be spoiled."""
    monkeypatch.setenv("FUSION_MODELS", f"local-dir:{tmp_path}")
    return Path(shutil.copytree(tiny_models_folder / record.name, tmp_path / record.name))


def tokens_of(record: EncoderRecord) -> Tokens:
    item: Image.Image | str = noise(90, 60) if record.reads("image") else "Is there a red circle?"
    return load_encoder(record.name).encode([item])


def test_every_family_has_a_tiny_model() -> None:
    assert list(WRITERS) == list(KEPT)


def test_the_hubs_cache_and_a_folder_give_the_same(
    record: EncoderRecord, weights: Weights, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from_folder, identity = tokens_of(record), record.identity
    monkeypatch.delenv("FUSION_MODELS")
    cache = own.parent / "hub"
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(cache))
    assert weights.found() is None
    snapshot = write_hub_cache(cache, weights, own)
    assert weights.found() == snapshot
    assert record.identity == identity
    shutil.rmtree(own)
    built = record.build()
    item: Image.Image | str = noise(90, 60) if record.reads("image") else "Is there a red circle?"
    from_cache = built.encode([item])
    torch.testing.assert_close(from_cache.sequence, from_folder.sequence, atol=0, rtol=0)
    torch.testing.assert_close(from_cache.pooled, from_folder.pooled, atol=0, rtol=0)
    assert (from_cache.words, from_cache.grid) == (from_folder.words, from_folder.grid)
    assert from_cache.sequence.dtype == from_cache.pooled.dtype == torch.float32


def test_without_weights_it_is_said_at_once(
    record: EncoderRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUSION_MODELS", str(tmp_path))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    with pytest.raises(MissingWeights) as refused:
        load_encoder(record.name)
    assert refused.value.name == record.name
    assert f"python -m fusion download {record.name}" in str(refused.value)


def test_other_weights_are_another_identity_and_are_read_anew(record: EncoderRecord, own: Path) -> None:
    before, identity, encoder = tokens_of(record), record.identity, load_encoder(record.name)
    assert load_encoder(record.name) is encoder
    shutil.rmtree(own)
    WRITERS[record.name](own, 1)
    assert record.identity != identity
    after = tokens_of(record)
    assert (after.sequence - before.sequence).abs().max() > 1e-3


def refusal(record: EncoderRecord) -> str:
    with pytest.raises(UserError) as refused:
        load_encoder(record.name)
    assert not isinstance(refused.value, MissingWeights)
    return str(refused.value)


def the_weights_in(folder: Path) -> Path:
    (path,) = folder.glob("*.safetensors")
    return path


@pytest.mark.parametrize("content", [b"", b"not weights", b"\xff" * 200])
def test_damaged_weights_are_one_sentence(record: EncoderRecord, own: Path, content: bytes) -> None:
    the_weights_in(own).write_bytes(content)
    assert refusal(record) == (
        f"The files in {own} are damaged or of another model than {record.name}; "
        f"remove them and run: python -m fusion download {record.name}."
    )


def test_half_a_file_is_refused(record: EncoderRecord, own: Path) -> None:
    path = the_weights_in(own)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert record.name in refusal(record)


def test_a_lacking_tensor_is_refused(record: EncoderRecord, own: Path) -> None:
    path = the_weights_in(own)
    tensors = load_file(path)
    del tensors[next(name for name in tensors if name.endswith("weight"))]
    save_file(tensors, path, metadata={"format": "pt"})
    assert record.name in refusal(record)


@pytest.mark.parametrize("config", ["", "{}", "[]", '{"model_type": "t5"}'])
def test_a_damaged_configuration_is_refused(record: EncoderRecord, own: Path, config: str) -> None:
    path = own / ("open_clip_config.json" if (own / "open_clip_config.json").is_file() else "config.json")
    path.write_text(config)
    assert record.name in refusal(record)
    path.unlink()
    assert record.name in refusal(record)


def test_the_model_of_another_encoder_is_refused(
    record: EncoderRecord, own: Path, tiny_models_folder: Path
) -> None:
    for other in KEPT:
        if other != record.name:
            shutil.rmtree(own)
            shutil.copytree(tiny_models_folder / other, own)
            assert record.name in refusal(record), other


def test_a_damaged_snapshot_is_told_by_the_folder_that_holds_its_blobs(
    record: EncoderRecord, weights: Weights, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its blobs, a removed link would come back as it was."""
    monkeypatch.delenv("FUSION_MODELS")
    cache = own.parent / "hub"
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(cache))
    the_weights_in(own).write_bytes(b"damaged")
    snapshot = write_hub_cache(cache, weights, own)
    home = snapshot.parents[1]
    assert home.parent == cache and (home / "blobs").is_dir()
    assert refusal(record).startswith(f"The files in {home} are damaged")


def test_a_lacking_tokenizer_is_refused(own: Path, record: EncoderRecord) -> None:
    if (own / "tokenizer.json").is_file():
        (own / "tokenizer.json").write_text(json.dumps({"version": "1.0"}))
        assert record.name in refusal(record)
        (own / "tokenizer.json").unlink()
        assert record.name in refusal(record)


def test_they_are_pinned_and_after_those_that_are_shipped() -> None:
    shipped = [record.name for record in ENCODERS if record.weights is None]
    assert ENCODERS.names() == [*shipped, *KEPT]
    for record in KEPT.values():
        assert record.weights is not None
        assert record.weights.name == record.name
        assert len(record.weights.revision) == 40
        assert any(file.endswith(".safetensors") for file in record.weights.files)
        assert record.weights.size in record.summary
