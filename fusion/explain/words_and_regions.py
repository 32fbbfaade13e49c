"""How much of one answer rested on which words and which regions of the picture: MM-SHAP on demand."""

import torch
from PIL import Image

from fusion.device import device
from fusion.explain.base import EXPLAINERS, case_of
from fusion.explain.mm_shap import Shares, shares_of
from fusion.explain.words import striker
from fusion.lens import Lens

EXPLAINER = "shapley"


def words_and_regions(lens: Lens, picture: Image.Image, text: str, strategy: str) -> Shares:
    """The shares of a strategy's best answer to a cleaned picture and a cleaned text, by Shapley values."""
    image_tokens, text_tokens = lens.encode(picture, text)
    assert image_tokens is not None and text_tokens is not None
    image, asked = image_tokens.to(device()), text_tokens.to(device())
    model, _ = lens.model(strategy)
    with torch.inference_mode():
        target = int(model(image, asked)[0].argmax())
    case = case_of(model, image, asked, target, striker(lens.text_encoder, text, asked))
    grid = case.image.grid or (1, case.image.sequence.shape[1])
    words = asked.words[0] if asked.words else ()
    return shares_of(EXPLAINERS[EXPLAINER].explain(case), grid, words)
