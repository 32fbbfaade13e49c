"""vilt: the answers and the attention of transformers' own model, brought into the order of the picture."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from transformers import BertTokenizerFast, ViltForQuestionAnswering, ViltImageProcessor, ViltProcessor

from fusion.answer import AttentionMaps
from fusion.references.vilt import Vilt
from tests.tiny_references import ANSWERS, save_vilt

QUESTIONS = ["What color is the triangle?", "yes", "is the circle in the image, or no hippopotamus ?"]
SIZES = [(576, 384), (150, 150), (230, 70), (48, 700)]
PATCH = 32


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_vilt(tmp_path_factory.mktemp("models") / "vilt")


@pytest.fixture(scope="module")
def vilt(folder: Path) -> Vilt:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FUSION_MODELS", str(folder.parent))
        return Vilt()


@pytest.fixture(scope="module")
def library(folder: Path) -> ViltForQuestionAnswering:
    return ViltForQuestionAnswering.from_pretrained(folder, attn_implementation="eager").eval()


@pytest.fixture(scope="module")
def processor(folder: Path) -> ViltProcessor:
    return ViltProcessor(
        ViltImageProcessor.from_pretrained(folder), BertTokenizerFast.from_pretrained(folder)
    )


def noise(size: tuple[int, int], seed: int = 0) -> Image.Image:
    width, height = size
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8))


def maps_of(vilt: Vilt, picture: Image.Image, question: str) -> AttentionMaps:
    maps = vilt.answer(picture, question).attention
    assert maps is not None
    return maps


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("question", QUESTIONS)
def test_answers_are_those_of_the_library(
    vilt: Vilt,
    library: ViltForQuestionAnswering,
    processor: ViltProcessor,
    size: tuple[int, int],
    question: str,
) -> None:
    picture = noise(size)
    inputs = processor(picture, question, truncation=True, max_length=12, return_tensors="pt")
    with torch.no_grad():
        logits = library(**inputs).logits[0]
    answers = dict(vilt.answer(picture, question).answers)
    found = torch.tensor([answers[label] for label in ANSWERS]).log()
    torch.testing.assert_close(found, logits.log_softmax(0), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("question", QUESTIONS)
def test_maps_are_the_librarys_attention_from_words_to_patches(
    vilt: Vilt,
    library: ViltForQuestionAnswering,
    processor: ViltProcessor,
    size: tuple[int, int],
    question: str,
) -> None:
    picture = noise(size)
    inputs = processor(picture, question, truncation=True, max_length=12, return_tensors="pt")
    with torch.no_grad():  # the same seed gives the same order of patches twice
        torch.manual_seed(1)
        attentions = library(**inputs, output_attentions=True).attentions
        torch.manual_seed(1)
        *_, (places, grid) = library.vilt.embeddings.visual_embed(inputs.pixel_values, inputs.pixel_mask, -1)
    ids = processor.tokenizer(question, truncation=True, max_length=12).word_ids(0)
    words = [i for i in dict.fromkeys(ids) if i is not None]
    maps = maps_of(vilt, picture, question)
    assert maps.weights.shape == (2, 4, len(words), *grid)
    for layer, head, word in np.ndindex(2, 4, len(words)):
        expected = np.zeros(grid)
        for piece in (place for place, i in enumerate(ids) if i == words[word]):
            row = attentions[layer][0, head, piece]
            for at, (y, x) in enumerate(places[0].tolist()):
                expected[y, x] += row[len(ids) + 1 + at]
        np.testing.assert_allclose(maps.weights[layer, head, word], expected / expected.sum(), atol=1e-5)


@pytest.mark.parametrize("size", SIZES)
def test_a_map_lies_over_the_picture_and_sums_to_1(vilt: Vilt, size: tuple[int, int]) -> None:
    maps = maps_of(vilt, noise(size), "what shape is the triangle ?")
    assert maps.words == ("what", "shape", "is", "the", "triangle", "?")
    np.testing.assert_allclose(maps.weights.sum((-1, -2)), 1, atol=1e-5)
    rows, columns = maps.weights.shape[-2:]
    assert (rows > columns) == (size[1] > size[0])
    assert not maps.evidence


@pytest.mark.parametrize(("row", "column"), [(0, 0), (0, 17), (11, 2), (5, 9)])
def test_a_changed_patch_changes_the_map_where_it_is(vilt: Vilt, row: int, column: int) -> None:
    """In the first layer a word's question does not depend on the picture: elsewhere, proportions stay."""
    before = noise((18 * PATCH, 12 * PATCH))
    after = before.copy()
    after.paste("black", (column * PATCH, row * PATCH, (column + 1) * PATCH, (row + 1) * PATCH))
    first, second = (maps_of(vilt, picture, "what shape ?").weights[0] for picture in (before, after))
    ratio = second / first  # (heads, words, 12, 18)
    elsewhere = np.ones((12, 18), bool)
    elsewhere[row, column] = False
    others = ratio[..., elsewhere]
    np.testing.assert_allclose(others / others[..., :1], 1, rtol=1e-4)
    assert (abs(ratio[..., row, column] / others[..., 0] - 1) > 1e-3).all()


def test_the_same_question_has_the_same_answer(vilt: Vilt) -> None:
    first, second = (vilt.answer(noise((230, 70)), QUESTIONS[0]) for _ in range(2))
    assert first.answers == second.answers
    assert first.attention is not None and second.attention is not None
    np.testing.assert_array_equal(first.attention.weights, second.attention.weights)


def test_a_long_question_is_read_as_far_as_there_are_positions(vilt: Vilt) -> None:
    maps = maps_of(vilt, noise((96, 96)), "Yes " * 50)
    assert maps.words == ("Yes",) * 10  # of 12 positions [CLS] and [SEP] take two


def test_without_a_word_there_is_no_map(vilt: Vilt) -> None:
    assert vilt.answer(noise((96, 96)), "\u0301").attention is None
