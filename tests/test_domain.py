"""What is like the training data passes without a word; what is not is told."""

from pathlib import Path

import torch

from fusion.domain import Domain
from fusion.tokens import Tokens
from tests.synthetic import WIDTH, make_samples


def tokens_of(pooled: torch.Tensor) -> Tokens:
    mask = torch.ones(len(pooled), 1, dtype=torch.bool)
    return Tokens(pooled[:, None], pooled, mask)


def test_known_inputs_pass_and_strange_ones_are_told(tmp_path: Path) -> None:
    train, validation = make_samples(200).split(0.2, seed=0)
    Domain.fit(train, validation).save(tmp_path / "domain.safetensors")
    domain = Domain.load(tmp_path / "domain.safetensors", (WIDTH, WIDTH))
    assert domain is not None
    image = validation.images.read(validation.image_rows[:1], sequences=False)
    text = validation.texts.read(validation.text_rows[:1], sequences=False)
    assert domain.hints(image, text) == ()
    strange = tokens_of(torch.randn(1, WIDTH, generator=torch.Generator().manual_seed(1)) * 5)
    told = domain.hints(strange, strange)
    assert len(told) == 2
    assert "picture" in told[0] and "text" in told[1]
    assert domain.hints(None, None) == ()


def test_a_missing_or_damaged_file_hints_nothing(tmp_path: Path) -> None:
    assert Domain.load(tmp_path / "none.safetensors", (WIDTH, WIDTH)) is None
    (tmp_path / "bad.safetensors").write_bytes(b"nothing")
    assert Domain.load(tmp_path / "bad.safetensors", (WIDTH, WIDTH)) is None


def test_a_file_for_other_encoders_hints_nothing(tmp_path: Path) -> None:
    Domain.fit(*make_samples(40).split(0.2, seed=0)).save(tmp_path / "domain.safetensors")
    assert Domain.load(tmp_path / "domain.safetensors", (WIDTH, WIDTH + 1)) is None
