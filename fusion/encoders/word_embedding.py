"""A plain tokenizer and an embedding layer, trained here (fusion/encoders/train_words.py)."""

import json
import re
from collections.abc import Sequence

import torch
from safetensors import SafetensorError, safe_open

from fusion.encoders.base import ENCODERS, EncoderRecord
from fusion.encoders.words import pad_words
from fusion.errors import UserError
from fusion.language import say
from fusion.paths import ASSETS
from fusion.tokens import Tokens

FILE = ASSETS / "word-embedding.safetensors"
WIDTH = 64
WORD = re.compile(r"\w+")


class WordEmbedding:
    """Tokens (B, words, 64): one fixed vector a word; words outside the vocabulary share the last one."""

    width = WIDTH

    def __init__(self) -> None:
        try:
            with safe_open(FILE, "pt") as file:
                self.table = file.get_tensor("embedding").float()  # (V + 1, 64)
                vocabulary = json.loads(file.metadata()["vocabulary"])
        except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
            raise UserError(
                say("{file} is missing or damaged; restore it from the repository.", file=FILE.name)
            ) from error
        self.index = {word: i for i, word in enumerate(vocabulary)}

    def encode(self, batch: Sequence[str]) -> Tokens:
        """Cleaned texts; one without a word comes back without a real token."""
        words = [tuple(WORD.findall(text)) for text in batch]
        samples = [self._look_up(sample) for sample in words]
        sequence, mask = pad_words(samples)
        pooled = sequence.sum(1) / mask.sum(1, keepdim=True).clamp(min=1)
        return Tokens(sequence, pooled, mask, words=tuple(words))

    def _look_up(self, words: Sequence[str]) -> torch.Tensor:
        unknown = len(self.index)
        return self.table[[self.index.get(word.lower(), unknown) for word in words]].reshape(-1, WIDTH)


ENCODERS.add(
    EncoderRecord(
        name="word-embedding",
        modality="text",
        summary="A plain tokenizer and an embedding layer of 8,000 words, trained here.",
        width=WIDTH,
        build=WordEmbedding,
    )
)
