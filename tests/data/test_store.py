"""Tokens on disk equal the tokens of the encoder, are made once, and appear whole or not at all."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from fusion.data import store as store_module
from fusion.data.store import encode_all
from fusion.encoders import load_encoder
from fusion.progress import silent

TEXTS = ["what color is the shape?", "", "a cat", "is there a teal circle in the image?"]
KEYS = [str(i) for i in range(len(TEXTS))]


def test_rows_equal_the_encoder(tmp_path: Path) -> None:
    kept = encode_all("minilm", KEYS, TEXTS.__getitem__, silent, tmp_path)
    tokens = kept.read(torch.tensor([3, 1, 0]))
    direct = load_encoder("minilm").encode([TEXTS[3], TEXTS[1], TEXTS[0]])
    assert torch.equal(tokens.mask, direct.mask)
    torch.testing.assert_close(tokens.pooled, direct.pooled, atol=1e-5, rtol=1e-4)
    real = direct.mask[..., None]
    torch.testing.assert_close(tokens.sequence * real, direct.sequence * real, atol=2e-3, rtol=2e-3)
    assert not tokens.present[1]


def test_pooled_vectors_alone(tmp_path: Path) -> None:
    kept = encode_all("minilm", KEYS, TEXTS.__getitem__, silent, tmp_path)
    tokens = kept.read(torch.tensor([0, 1]), sequences=False)
    assert tokens.sequence.shape == (2, 1, kept.width)
    assert tokens.present.tolist() == [True, False]


def test_the_same_list_is_encoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encode_all("minilm", KEYS, TEXTS.__getitem__, silent, tmp_path)

    def never(name: str) -> None:
        raise AssertionError("encoded again")

    monkeypatch.setattr(store_module, "load_encoder", never)
    assert len(encode_all("minilm", KEYS, TEXTS.__getitem__, silent, tmp_path)) == len(TEXTS)


def test_progress_counts_the_inputs(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    tell: Callable[[str, int, int], None] = lambda *step: told.append(step)  # noqa: E731
    encode_all("word-embedding", KEYS, TEXTS.__getitem__, tell, tmp_path)
    assert told[-1] == ("encoding with word-embedding", len(TEXTS), len(TEXTS))


def test_an_interruption_keeps_whole_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "SHARD", 2)
    loaded: list[int] = []

    def load(i: int) -> str:
        if i == 2 and len(loaded) < 3:
            raise KeyboardInterrupt
        loaded.append(i)
        return TEXTS[i]

    with pytest.raises(KeyboardInterrupt):
        encode_all("word-embedding", KEYS, load, silent, tmp_path)
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(".")], "no half of a file"
    loaded += [-1]
    told: list[int] = []
    kept = encode_all("word-embedding", KEYS, load, lambda _, done, total: told.append(done), tmp_path)
    assert loaded == [0, 1, -1, 2, 3], "the first shard is not encoded again"
    assert told == [4]
    direct = load_encoder("word-embedding").encode(TEXTS)
    torch.testing.assert_close(kept.pooled(torch.arange(4)), direct.pooled)


def test_rows_of_several_shards_in_any_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "SHARD", 3)
    texts = [" ".join(["a", "red", "cat", "sleeps"][: i % 4 + 1]) for i in range(10)]
    kept = encode_all("minilm", [str(i) for i in range(10)], texts.__getitem__, silent, tmp_path)
    assert len(list(tmp_path.rglob("*.tokens"))) == 4
    rows = torch.tensor([9, 0, 4, 4, 2, 8])
    tokens = kept.read(rows)
    direct = load_encoder("minilm").encode([texts[i] for i in rows])
    assert torch.equal(tokens.mask, direct.mask)
    real = direct.mask[..., None]
    torch.testing.assert_close(tokens.sequence * real, direct.sequence * real, atol=2e-3, rtol=2e-3)
    torch.testing.assert_close(kept.pooled(rows), direct.pooled, atol=1e-5, rtol=1e-4)


def test_two_that_encode_the_same_list_at_once_agree(tmp_path: Path) -> None:
    def load(i: int) -> str:
        if i == 0:  # another process is faster
            encode_all("word-embedding", KEYS, TEXTS.__getitem__, silent, tmp_path)
        return TEXTS[i]

    kept = encode_all("word-embedding", KEYS, load, silent, tmp_path)
    direct = load_encoder("word-embedding").encode(TEXTS)
    torch.testing.assert_close(kept.pooled(torch.arange(4)), direct.pooled)
    assert len(list(tmp_path.iterdir())) == 1
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(".")]
