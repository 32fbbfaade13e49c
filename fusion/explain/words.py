"""Texts with words struck out."""

import torch
from torch import Tensor

from fusion.data.store import BATCH
from fusion.encoders import load_encoder
from fusion.explain.base import Strike
from fusion.tokens import Tokens, stack


def striker(text_encoder: str, question: str, tokens: Tokens) -> Strike:
    """What encodes a question, whose own tokens these are, with only some of its words.

    Without any word the text is missing. Each different text is encoded once.
    """
    words = tokens.words[0] if tokens.words else ()
    known = {(True,) * tokens.sequence.shape[1]: tokens}

    def strike(keep: Tensor) -> Tokens:
        rows = [tuple(row) for row in keep.tolist()]
        unknown = [row for row in dict.fromkeys(rows) if row not in known]
        for start in range(0, len(unknown), BATCH):
            some = unknown[start : start + BATCH]
            encoded = load_encoder(text_encoder).encode([_text(question, words, row) for row in some])
            for i, row in enumerate(some):
                known[row] = encoded.select(torch.tensor([i if any(row) else -1])).to(keep.device)
        return stack([known[row] for row in rows])

    return strike


def _text(question: str, words: tuple[str, ...], keep: tuple[bool, ...]) -> str:
    # A text without a word still has one token, which is none: there the lengths differ.
    return question if all(keep) else " ".join(w for w, kept in zip(words, keep, strict=False) if kept)
