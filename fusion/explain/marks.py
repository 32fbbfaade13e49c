"""What an explainer marks of one input, without the test of whether that can be believed."""

from dataclasses import dataclass

import numpy as np
import torch

from fusion.errors import UserError
from fusion.explain.base import EXPLAINERS, case_of
from fusion.model import FusionModel
from fusion.tokens import Tokens


@dataclass(frozen=True)
class Marks:
    """What speaks for the best answer, and less than 0 what speaks against it.

    image: (rows, columns), of each patch. text: of each of the words.
    """

    image: np.ndarray
    words: tuple[str, ...]
    text: tuple[float, ...]


def marked(model: FusionModel, image: Tokens, text: Tokens, explainer: str) -> Marks:
    """Why the model gives its best answer to tokens of one sample, on its device.

    Raises UserError for an explainer that does not know how to explain this strategy.
    """
    record = EXPLAINERS[explainer]
    if not record.explains(model):
        raise UserError(f"{model.config.strategy} has no attention for {explainer} to follow.")
    with torch.inference_mode():
        target = int(model(image, text)[0][0].argmax())
    case = case_of(model, image, text, target)
    relevance = record.explain(case)
    grid = case.image.grid or (1, case.image.sequence.shape[1])
    words = text.words[0] if text.words else ()
    return Marks(relevance.image.reshape(grid).cpu().numpy(), words, tuple(relevance.text.tolist()))
