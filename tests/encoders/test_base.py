"""The contract of encoders: what is registered, and weights that are missing or not what they should be."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from fusion.encoders import ENCODERS, base, common_channels, encoder_named, load_encoder
from fusion.encoders.base import Imagined, Thing, packaged_file
from fusion.errors import UserError


def test_an_encoder_is_found_by_name_and_modality() -> None:
    for record in ENCODERS:
        for modality in ("image", "text"):
            if record.modality in (modality, "both"):
                assert encoder_named(record.name, modality) is record
                continue
            with pytest.raises(UserError) as refused:
                encoder_named(record.name, modality)
            assert str(refused.value).startswith(f"{record.name} is no {modality} encoder; choose one of: ")
    with pytest.raises(UserError, match="There is no encoder named 'no-such'"):
        encoder_named("no-such", "image")


@pytest.mark.parametrize("name", [record.name for record in ENCODERS if record.weights is None])
def test_it_is_loaded_once_a_process_and_as_wide_as_its_record_says(name: str) -> None:
    encoder = load_encoder(name)
    assert load_encoder(name) is encoder
    assert encoder.width == ENCODERS[name].width


def test_encoders_of_one_space_share_their_leading_channels(monkeypatch: pytest.MonkeyPatch) -> None:
    assert common_channels("efficientnet-lite0", "minilm") == 384
    assert common_channels("efficientnet-lite0-levels", "minilm") == 0
    assert common_channels("efficientnet-lite0-levels", "word-embedding") == 0, "no space is none in common"
    image, text = ENCODERS["efficientnet-lite0"], ENCODERS["minilm"]
    others = {
        "image": replace(image, common=5),
        "text": replace(text, common=7),
        "elsewhere": replace(text, space="another"),
    }
    monkeypatch.setattr(base, "ENCODERS", others)
    assert common_channels("image", "text") == 5
    assert common_channels("image", "elsewhere") == 0


@pytest.mark.parametrize("name", ENCODERS.names())
def test_common_channels_are_some_of_all_and_of_a_named_space(name: str) -> None:
    record = ENCODERS[name]
    assert 0 <= record.common <= record.width
    assert bool(record.common) == bool(record.space)


def test_both_encoders_tell_a_name_in_like_directions_of_their_common_space() -> None:
    """What an imagined thing tells is nearer to its own word than to another's."""
    image, text = load_encoder("efficientnet-lite0"), load_encoder("minilm")
    names = ["zebra", "banana", "castle"]
    grey = Image.new("RGB", (64, 64), (128, 128, 128))
    things = [Imagined(grey, (Thing(name, (0.0, 0.0, 1.0, 1.0)),)) for name in names]
    common = common_channels("efficientnet-lite0", "minilm")
    seen, said = (x[:, :common] for x in (image.encode(things).pooled, text.encode(names).pooled))
    assert (seen @ said.T).argmax(1).tolist() == [0, 1, 2]


class Listed:
    """A file as importlib.metadata lists it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __str__(self) -> str:
        return self.path.as_posix()

    def locate(self) -> Path:
        return self.path


def refusal(package: str, suffix: str, sha256: str) -> str:
    with pytest.raises(UserError) as refused:
        packaged_file(package, suffix, sha256)
    return str(refused.value)


def test_a_weight_file_is_given_only_when_it_is_the_expected_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = tmp_path / "weights.pth"
    weights.write_bytes(b"abc")
    monkeypatch.setattr(base.metadata, "files", lambda package: [Listed(tmp_path / "x.py"), Listed(weights)])
    right = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # of "abc"
    assert packaged_file("some", ".pth", right) == weights
    assert refusal("some", ".pth", "0" * 64) == (
        "The weight file of some is not the expected one; install it again."
    )
    assert refusal("some", ".onnx", right) == "The package some lacks its weight file; install it again."
    weights.unlink()
    assert refusal("some", ".pth", right) == "The package some lacks its weight file; install it again."


def test_a_missing_package_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal("fusion-lens-no-such", ".pth", "") == (
        "The package fusion-lens-no-such is not installed; install requirements.txt."
    )
    monkeypatch.setattr(base.metadata, "files", lambda package: None)  # installed without a list of files
    assert "lacks its weight file" in refusal("some", ".pth", "")
