"""blip: the answers that transformers' own model generates, with the probabilities that it gives them."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from transformers import BertTokenizerFast, BlipForQuestionAnswering, BlipImageProcessor, BlipProcessor

from fusion.references.blip import CANDIDATES, Blip
from tests.tiny_references import save_blip

QUESTIONS = ["What color is the triangle?", "yes", "is the circle in the image, or no hippopotamus ?"]
SIZES = [(64, 64), (150, 50), (50, 150)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_blip(tmp_path_factory.mktemp("models") / "blip")


@pytest.fixture(scope="module")
def blip(folder: Path) -> Blip:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FUSION_MODELS", str(folder.parent))
        return Blip()


@pytest.fixture(scope="module")
def library(folder: Path) -> tuple[BlipForQuestionAnswering, BlipProcessor]:
    images, tokenizer = BlipImageProcessor.from_pretrained(folder), BertTokenizerFast.from_pretrained(folder)
    return BlipForQuestionAnswering.from_pretrained(folder).eval(), BlipProcessor(images, tokenizer)


def noise(size: tuple[int, int]) -> Image.Image:
    width, height = size
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("question", QUESTIONS)
def test_answers_and_their_shares_are_those_of_the_library(
    blip: Blip, library: tuple[BlipForQuestionAnswering, BlipProcessor], size: tuple[int, int], question: str
) -> None:
    model, processor = library
    inputs = processor(noise(size), question, return_tensors="pt")
    found = model.generate(
        **inputs, num_beams=5, num_return_sequences=5, length_penalty=0.0, min_new_tokens=1, max_new_tokens=10
    )
    logs = torch.stack([log_probability(model, inputs, answer) for answer in found])
    expected: dict[str, float] = {}
    for text, share in zip(
        processor.batch_decode(found, skip_special_tokens=True), logs.softmax(0), strict=True
    ):
        expected[text] = expected.get(text, 0.0) + float(share)
    answers = blip.answer(noise(size), question).answers
    assert dict(answers) == pytest.approx(expected, abs=1e-5)
    assert 1 < len(answers) <= CANDIDATES
    assert all(text for text, _ in answers)


@torch.no_grad()
def log_probability(
    model: BlipForQuestionAnswering, inputs: dict[str, torch.Tensor], answer: torch.Tensor
) -> torch.Tensor:
    """Of a whole answer up to its end, from one forward pass of the decoder."""
    seen = model.vision_model(pixel_values=inputs["pixel_values"])[0]
    read = model.text_encoder(input_ids=inputs["input_ids"], encoder_hidden_states=seen)[0]
    logits = model.text_decoder(input_ids=answer[None], encoder_hidden_states=read).logits[0]
    ends = (answer == model.config.text_config.sep_token_id).nonzero()
    length = int(ends[0]) if len(ends) else len(answer) - 1
    steps = logits[:length].log_softmax(1)  # step i foretells piece i + 1
    return steps.gather(1, answer[1 : length + 1, None]).sum()


def test_there_is_no_map(blip: Blip) -> None:
    assert blip.answer(noise((64, 64)), QUESTIONS[0]).attention is None
