"""Which texts an encoder reads, and that a Chinese one reaches a model that reads it."""

from pathlib import Path

import pytest

from fusion.encoders import ENCODERS, load_encoder
from fusion.encoders.reading import SCRIPTS, unread, unread_hint
from fusion.language import speaking
from tests.tiny_models import CHINESE

QUESTION = "图片里有几只狗？"
BOTH = "bert-base-multilingual"


@pytest.mark.parametrize("text", ["What is this?", "naïve café", "", "12 + 3 ?!", "Is 猫 a cat?", "TEAL"])
def test_english_and_what_has_no_letters_can_be_read(text: str) -> None:
    assert not unread("minilm", text)


@pytest.mark.parametrize("text", [QUESTION, "これは何ですか", "Что это?", "ما هذا؟", "蓝色 red 的三角形"])
def test_a_text_in_another_script_cannot(text: str) -> None:
    assert unread("minilm", text) and unread("gpt2", text)
    assert not unread(BOTH, text)


def test_every_language_has_a_script() -> None:
    assert {code for record in ENCODERS for code in record.languages} <= SCRIPTS.keys()


def test_the_hint_names_who_would_read_it() -> None:
    assert unread_hint("minilm", QUESTION).endswith(f"choose a text encoder that reads it: {BOTH}.")
    assert unread_hint("minilm", "ภาพนี้คืออะไร").endswith("Ask in English.")
    with speaking("zh"):
        assert BOTH in unread_hint("minilm", QUESTION) and "英文" in unread_hint("minilm", QUESTION)


@pytest.mark.parametrize("text", [QUESTION, CHINESE, "What is 这 red 形?"])
def test_chinese_reaches_the_multilingual_model_as_tokens_of_its_own(tiny_models: Path, text: str) -> None:
    encoder = load_encoder(BOTH)
    pieces = encoder.tokenizer.encode(text)  # type: ignore[attr-defined]
    assert "[UNK]" not in pieces.tokens
    words = (encoder.encode([text]).words or ())[0]
    assert "".join(words) == text.replace(" ", "")
    assert {"图", "片"} <= set(words) or text != QUESTION


def test_two_chinese_questions_differ_to_it_and_to_an_english_one_they_do_not(tiny_models: Path) -> None:
    texts = ["三角形是什么颜色？", "图片里有几只狗？色"]  # equally many signs
    first, second = load_encoder(BOTH).encode(texts).pooled
    assert (first - second).abs().max() > 1e-3
    pieces = [load_encoder("bert-base").tokenizer.encode(text).tokens for text in texts]  # type: ignore[attr-defined]
    assert pieces[0] == pieces[1] and set(pieces[0]) <= {"[CLS]", "[SEP]", "[UNK]", "?"}
