"""bert-base and gpt2 over tiny models: their tokens are those of transformers called directly."""

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import BertForPreTraining, BertModel, GPT2LMHeadModel, GPT2Model, PreTrainedTokenizerFast

from fusion.encoders import bert_base, gpt2, load_encoder
from fusion.encoders.base import Encoder
from tests.tiny_models import LIMIT

KINDS: dict[str, Any] = {"bert-base": BertModel, "gpt2": GPT2Model}
CLOSE: dict[str, Any] = {"atol": 1e-5, "rtol": 1e-5}
TEXTS = [
    "What color is the triangle?",
    "It's not a hippopotamus, isn't it?",
    "naïve café: ¿qué forma?",
    "red 🦛 circle",
    "yes",
]
# How each splits what it reads: BERT at every mark, GPT-2 before a contraction.
WORDS = {
    "What color is the triangle?": ("What", "color", "is", "the", "triangle", "?"),
    "it's (really) red!": {
        "bert-base": ("it", "'", "s", "(", "really", ")", "red", "!"),
        "gpt2": ("it", "'s", "(", "really", ")", "red", "!"),
    },
    "don't": {"bert-base": ("don", "'", "t"), "gpt2": ("don", "'t")},
    "NAÏVE Café": ("NAÏVE", "Café"),
    "red 🦛 circle": ("red", "🦛", "circle"),
    "cat 👩‍🚀!": {"bert-base": ("cat", "👩‍🚀", "!"), "gpt2": ("cat", "👩‍🚀!")},
    "  blue   dog  ": ("blue", "dog"),
}


@pytest.fixture(params=KINDS)
def name(request: pytest.FixtureRequest, tiny_models: Path) -> str:
    return request.param


@pytest.fixture
def encoder(name: str) -> Encoder:
    return load_encoder(name)


@pytest.fixture
def reference(name: str, tiny_models: Path) -> Any:
    """transformers alone: the last states (pieces, D) of one text, and the word of each piece."""
    model = KINDS[name].from_pretrained(tiny_models / name).eval()
    tokenizer = PreTrainedTokenizerFast.from_pretrained(tiny_models / name)

    def states(text: str) -> tuple[torch.Tensor, list[int | None]]:
        pieces = tokenizer([text], return_tensors="pt", truncation=True, max_length=LIMIT)
        with torch.no_grad():
            told = model(input_ids=pieces.input_ids, attention_mask=pieces.attention_mask)
        return told.last_hidden_state[0], pieces.word_ids(0)

    return states


@pytest.mark.parametrize("text", [*TEXTS, "red circle " * 60])
def test_words_are_the_means_of_their_pieces_states(encoder: Encoder, reference: Any, text: str) -> None:
    tokens, (states, owners) = encoder.encode([text]), reference(text)
    words = dict.fromkeys(owner for owner in owners if owner is not None)
    expected = [states[[i for i, owner in enumerate(owners) if owner == word]].mean(0) for word in words]
    torch.testing.assert_close(tokens.sequence[0], torch.stack(expected), **CLOSE)
    torch.testing.assert_close(tokens.pooled[0], states.mean(0), **CLOSE)
    assert tokens.mask.all() and tokens.grid is None
    assert encoder.width == tokens.width == 16


@pytest.mark.parametrize("text", WORDS)
def test_words_stand_as_they_do_in_the_text(name: str, encoder: Encoder, text: str) -> None:
    words: Any = WORDS[text]
    words = words[name] if isinstance(words, dict) else words
    tokens = encoder.encode([text])
    assert tokens.words == (words,)
    assert tokens.mask.sum().item() == len(words)


@pytest.mark.parametrize("texts", [[""], ["", ""], ["   "], ["", "red", "\u0301 "]])
def test_an_empty_text_has_no_real_token(encoder: Encoder, texts: list[str]) -> None:
    tokens = encoder.encode(texts)
    assert tokens.words is not None
    for words, mask in zip(tokens.words, tokens.mask, strict=True):
        assert len(words) == mask.sum().item()
    assert tokens.words[0] == () and not tokens.present[0]
    assert torch.isfinite(tokens.sequence).all() and torch.isfinite(tokens.pooled).all()


def test_a_long_text_is_cut(name: str, encoder: Encoder) -> None:
    tokens = encoder.encode(["red " * 1000])
    special = {"bert-base": 2, "gpt2": 0}[name]
    assert tokens.words is not None and set(tokens.words[0]) == {"red"}
    pieces = len(encoder.tokenizer.encode("red").ids) - special  # type: ignore[attr-defined]
    assert len(tokens.words[0]) >= (LIMIT - special) // (pieces + 1)
    assert tokens.mask.sum().item() == len(tokens.words[0])


def test_a_word_that_is_cut_counts_as_far_as_it_fits(encoder: Encoder, reference: Any) -> None:
    text = "hn" * 48
    tokens, (states, owners) = encoder.encode([text]), reference(text)
    ((word,),) = tokens.words or ()
    assert text.startswith(word) and 0 < len(word) < len(text)
    inside = [i for i, owner in enumerate(owners) if owner is not None]
    torch.testing.assert_close(tokens.sequence[0, 0], states[inside].mean(0), **CLOSE)


def test_a_text_alone_is_the_same_as_in_a_batch(encoder: Encoder) -> None:
    texts = [*TEXTS, "", "red circle " * 60]
    batch = encoder.encode(texts)
    assert batch.words is not None
    assert not batch.sequence[~batch.mask].any()
    for i, text in enumerate(texts):
        alone = encoder.encode([text])
        assert alone.words == (batch.words[i],)
        mine, own = batch.sequence[i, batch.mask[i]], alone.sequence[0, alone.mask[0]]
        torch.testing.assert_close(mine, own, **CLOSE)
        torch.testing.assert_close(batch.pooled[i], alone.pooled[0], **CLOSE)


def test_gpt2_reads_from_the_left_alone_and_bert_both_ways(tiny_models: Path) -> None:
    texts = ["red circle", "red triangle"]
    first = {name: load_encoder(name).encode(texts).sequence[:, 0] for name in KINDS}
    torch.testing.assert_close(first["gpt2"][0], first["gpt2"][1], **CLOSE)
    assert (first["bert-base"][0] - first["bert-base"][1]).abs().max() > 1e-3


@pytest.mark.parametrize("name", ["bert-base"])
def test_the_hubs_bert_is_read_under_its_old_names(name: str, tiny_models: Path, tmp_path: Path) -> None:
    """Its file holds a BertForPreTraining whose layer norms have a gamma and a beta."""
    config = BertModel.from_pretrained(tiny_models / name).config
    whole = BertForPreTraining(config)
    whole.save_pretrained(tmp_path)
    (tmp_path / "tokenizer.json").write_bytes((tiny_models / name / "tokenizer.json").read_bytes())
    named = load_file(tmp_path / "model.safetensors")
    old = {
        key.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): x
        for key, x in named.items()
    }
    assert old.keys() != named.keys()
    save_file(old, tmp_path / "model.safetensors", metadata={"format": "pt"})
    model, *_ = bert_base.read(tmp_path)
    for key, x in whole.bert.state_dict().items():
        if not key.startswith("pooler"):
            torch.testing.assert_close(model.state_dict()[key], x)


def test_a_gpt2_with_its_language_head_is_read(tiny_models: Path, tmp_path: Path) -> None:
    whole = GPT2LMHeadModel(GPT2Model.from_pretrained(tiny_models / "gpt2").config)
    whole.save_pretrained(tmp_path)
    (tmp_path / "tokenizer.json").write_bytes((tiny_models / "gpt2" / "tokenizer.json").read_bytes())
    model, *_ = gpt2.read(tmp_path)
    for key, x in whole.transformer.state_dict().items():
        torch.testing.assert_close(model.state_dict()[key], x)
