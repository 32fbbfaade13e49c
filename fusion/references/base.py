"""What a reference model is: it answers questions about pictures as its makers trained it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from PIL import Image
from transformers import BertTokenizerFast

from fusion.answer import Answer
from fusion.device import place_encoder
from fusion.encoders.pieces import read_model
from fusion.registry import Registry
from fusion.weights import Weights

FILES = (
    "config.json",
    "model.safetensors",
    "preprocessor_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
)


class Reference(Protocol):
    """A model that was trained elsewhere and is only asked here."""

    def answer(self, picture: Image.Image, question: str) -> Answer:
        """The answer to a cleaned question about a cleaned picture, from its own list or in its own words.

        Its milliseconds are those of the whole model, pictures and texts encoded anew; its parameters are all
        of its weights. Nothing was measured of it here, so it has no accuracy and is always sure.
        """
        ...


@dataclass(frozen=True)
class ReferenceRecord:
    """A registered reference model.

    confidence: a sentence on what its probabilities are. source: its paper. weights: those that a model hub
    keeps. build: loads it; raises MissingWeights where its weights are not on this machine, and UserError
    where they are not what they should be.
    """

    name: str
    summary: str
    confidence: str
    source: str
    weights: Weights
    build: Callable[[], Reference]


REFERENCES: Registry[ReferenceRecord] = Registry("reference model")


def pretrained(weights: Weights, model_class: Any, images_class: Any) -> tuple[Any, Any, Any]:
    """The model, placed; its `tokenizers.Tokenizer`, which cuts a text to the positions that the model has;
    and what makes its input of a picture. Weights are read from safetensors alone.

    Raises MissingWeights where the weights are not on this machine, and UserError where they are damaged or
    another model's.
    """

    def read(folder: Path) -> tuple[Any, Any, Any]:
        tokenizer = BertTokenizerFast.from_pretrained(folder, local_files_only=True).backend_tokenizer
        images = images_class.from_pretrained(folder, local_files_only=True)
        model = read_model(model_class, folder, attn_implementation="eager")  # whose weights can be read
        return model, tokenizer, images

    model, tokenizer, images = weights.load(read)
    # Once and for all: setting it at every call, as transformers does, fails while another thread reads.
    tokenizer.enable_truncation(model.config.get_text_config().max_position_embeddings)
    tokenizer.no_padding()
    return place_encoder(model), tokenizer, images
