"""From a tokenizer's pieces to whole words, which is what a person reads off a map."""

from collections.abc import Sequence

import torch
from torch import Tensor


def merge_pieces(states: Tensor, word_ids: Sequence[int | None]) -> Tensor:
    """Average the pieces of each word: (P, D) -> (words, D), special tokens (None) left out."""
    ids = torch.tensor([-1 if i is None else i for i in word_ids])
    merged = [states[ids == i].mean(0) for i in dict.fromkeys(i for i in word_ids if i is not None)]
    return torch.stack(merged) if merged else states.new_zeros(0, states.shape[1])


def pad_words(samples: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Samples of (words, D) to one (B, N, D) with its mask (B, N); N is at least 1."""
    longest = max(1, *(len(sample) for sample in samples))
    sequence = samples[0].new_zeros(len(samples), longest, samples[0].shape[1])
    mask = torch.zeros(len(samples), longest, dtype=torch.bool)
    for i, sample in enumerate(samples):
        sequence[i, : len(sample)] = sample
        mask[i, : len(sample)] = True
    return sequence, mask
