"""word-embedding: a tokenizer, a table, a mean."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from fusion.encoders import word_embedding
from fusion.encoders.word_embedding import WIDTH, WordEmbedding
from fusion.errors import UserError


@pytest.fixture(scope="module")
def encoder() -> WordEmbedding:
    return WordEmbedding()


def test_each_word_is_its_row_of_the_table(encoder: WordEmbedding) -> None:
    tokens = encoder.encode(["What COLOR, is the circle?"])
    assert tokens.words == (("What", "COLOR", "is", "the", "circle"),)
    rows = [encoder.index[word] for word in ("what", "color", "is", "the", "circle")]
    torch.testing.assert_close(tokens.sequence[0], encoder.table[rows])
    torch.testing.assert_close(tokens.pooled[0], encoder.table[rows].mean(0))
    assert tokens.grid is None


def test_words_outside_the_vocabulary_share_the_last_vector(encoder: WordEmbedding) -> None:
    assert len(encoder.table) == len(encoder.index) + 1
    tokens = encoder.encode(["xqzzy 形状 ünïcödé_99"])
    assert tokens.words == (("xqzzy", "形状", "ünïcödé_99"),)
    torch.testing.assert_close(tokens.sequence[0], encoder.table[-1:].expand(3, -1))


@pytest.mark.parametrize("text", ["", "?!…", "   "])
def test_without_a_word_there_is_no_real_token(encoder: WordEmbedding, text: str) -> None:
    tokens = encoder.encode([text])
    assert not tokens.present.any()
    assert tokens.words == ((),)
    assert tokens.sequence.shape == (1, 1, WIDTH)
    assert torch.isfinite(tokens.pooled).all()


def test_a_text_alone_is_the_same_as_in_a_batch(encoder: WordEmbedding) -> None:
    texts = ["is there a red shape", "", "yes"]
    batch = encoder.encode(texts)
    assert batch.mask.sum(1).tolist() == [5, 0, 1]
    assert not batch.sequence[~batch.mask].any()
    for i, text in enumerate(texts):
        alone = encoder.encode([text])
        torch.testing.assert_close(batch.sequence[i, batch.mask[i]], alone.sequence[0, alone.mask[0]])
        torch.testing.assert_close(batch.pooled[i], alone.pooled[0])


def test_near_words_are_near(encoder: WordEmbedding) -> None:
    def likeness(a: str, b: str) -> float:
        pooled = encoder.encode([a, b]).pooled
        return torch.cosine_similarity(pooled[0], pooled[1], dim=0).item()

    assert likeness("dog", "cat") > likeness("dog", "color")
    assert likeness("red", "blue") > likeness("red", "dog")


def refusal(path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(word_embedding, "FILE", path)
    with pytest.raises(UserError) as refused:
        WordEmbedding()
    return str(refused.value)


def test_a_missing_table_is_told_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = "no.safetensors is missing or damaged; restore it from the repository."
    assert refusal(tmp_path / "no.safetensors", monkeypatch) == expected


def test_a_damaged_table_is_told_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "words.safetensors"
    path.write_bytes(word_embedding.FILE.read_bytes()[:1000])
    assert "missing or damaged" in refusal(path, monkeypatch)


def test_a_table_of_another_kind_is_told_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "words.safetensors"
    save_file({"other": torch.zeros(2, WIDTH)}, path, metadata={"vocabulary": json.dumps(["a"])})
    assert "missing or damaged" in refusal(path, monkeypatch)
