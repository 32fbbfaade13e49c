"""From a tokenizer's pieces to whole words, which is what a person reads off a map."""

from collections.abc import Sequence

import torch
from torch import Tensor


def merge_pieces(states: Tensor, word_ids: Sequence[int | None]) -> Tensor:
    """Average the pieces of each word: (P, D) -> (words, D), special tokens (None) left out."""
    places = {word: i for i, word in enumerate(dict.fromkeys(i for i in word_ids if i is not None))}
    kept = [(piece, places[word]) for piece, word in enumerate(word_ids) if word is not None]
    pieces, owners = torch.tensor(kept, dtype=torch.long).reshape(-1, 2).T
    sums = states.new_zeros(len(places), states.shape[1]).index_add_(0, owners, states[pieces])
    return sums / torch.bincount(owners, minlength=len(places))[:, None]


def pad_words(samples: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Samples of (words, D) to one (B, N, D) with its mask (B, N); N is at least 1."""
    longest = max(1, *(len(sample) for sample in samples))
    sequence = samples[0].new_zeros(len(samples), longest, samples[0].shape[1])
    mask = torch.zeros(len(samples), longest, dtype=torch.bool)
    for i, sample in enumerate(samples):
        sequence[i, : len(sample)] = sample
        mask[i, : len(sample)] = True
    return sequence, mask
