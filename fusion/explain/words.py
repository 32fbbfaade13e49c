"""Texts with words struck out."""

from collections.abc import Callable

import torch
from torch import Tensor

from fusion.data.store import BATCH
from fusion.encoders import load_encoder
from fusion.tokens import Tokens, stack


def striker(text_encoder: str, question: str, words: tuple[str, ...]) -> Callable[[Tensor], Tokens]:
    """What encodes a question with only some of its words: (B, M) true where one stays, to tokens.

    Without any word the text is missing. Each different text is encoded once.
    """
    known: dict[tuple[bool, ...], Tokens] = {}

    def strike(keep: Tensor) -> Tokens:
        rows = [tuple(row) for row in keep.tolist()]
        unknown = sorted({row for row in rows if row not in known}, key=sum)  # little padding in a batch
        for start in range(0, len(unknown), BATCH):
            some = unknown[start : start + BATCH]
            tokens = load_encoder(text_encoder).encode([_text(question, words, row) for row in some])
            for i, row in enumerate(some):
                one = tokens.select(torch.tensor([i if any(row) else -1]))
                known[row] = one
        return stack([known[row] for row in rows]).to(keep.device)

    return strike


def _text(question: str, words: tuple[str, ...], keep: tuple[bool, ...]) -> str:
    return question if all(keep) else " ".join(w for w, kept in zip(words, keep, strict=True) if kept)
