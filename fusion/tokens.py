"""Tokens: all that flows out of an encoder."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor


@dataclass(frozen=True)
class Tokens:
    """A batch of encoded pictures or texts.

    sequence: (B, N, D) one vector for each patch or word.
    pooled:   (B, D) one vector for the whole input.
    mask:     (B, N) true where a token is real; a row without a real token is a missing input.
    grid:     (rows, columns) for pictures, with rows * columns == N, row by row.
    words:    one tuple of strings a sample for texts, a string for each real token.
    common:   (B, N, E) where each token stands in the space that both encoders share, once aligned; None
              where they share none.
    """

    sequence: Tensor
    pooled: Tensor
    mask: Tensor
    grid: tuple[int, ...] | None = None
    words: tuple[tuple[str, ...], ...] | None = None
    common: Tensor | None = None

    def __len__(self) -> int:
        return self.sequence.shape[0]

    @property
    def width(self) -> int:
        return self.pooled.shape[-1]

    def to(self, device: torch.device | str, dtype: torch.dtype = torch.float32) -> "Tokens":
        """The same tokens on a device, in one floating point type."""
        return replace(
            self,
            sequence=self.sequence.to(device, dtype),
            pooled=self.pooled.to(device, dtype),
            mask=self.mask.to(device),
        )

    def select(self, rows: Tensor) -> "Tokens":
        """The samples `rows` (B',), repeated or reordered as asked; row -1 stands for a missing input."""
        words = self.words
        if words is not None:
            words = tuple(words[i] if i >= 0 else () for i in rows.tolist())
        return replace(
            self,
            sequence=self.sequence[rows],
            pooled=self.pooled[rows],
            mask=self.mask[rows] & (rows >= 0)[:, None],
            words=words,
            common=None if self.common is None else self.common[rows] * (rows >= 0)[:, None, None],
        )

    @property
    def present(self) -> Tensor:
        """(B,) true where a sample has at least one real token."""
        return self.mask.any(dim=1)


def single(vectors: Tensor) -> Tokens:
    """Vectors (B, D) as tokens, each the only one of its sample."""
    return Tokens(vectors[:, None], vectors, torch.ones(len(vectors), 1, dtype=torch.bool))


def stack(parts: Sequence[Tokens]) -> Tokens:
    """One batch out of several of the same width, padded on the right to the longest sequence.

    Raises ValueError where the grids differ: interpolate first.
    """
    if len({part.grid for part in parts}) != 1:
        raise ValueError("pictures of different grids cannot be stacked; interpolate them first")
    longest = max(part.sequence.shape[1] for part in parts)

    def pad(x: Tensor) -> Tensor:
        shape = (x.shape[0], longest - x.shape[1], *x.shape[2:])
        return torch.cat([x, x.new_zeros(shape)], dim=1)

    words = None
    if parts[0].words is not None:
        words = tuple(sample for part in parts for sample in (part.words or ()))
    return Tokens(
        sequence=torch.cat([pad(part.sequence) for part in parts]),
        pooled=torch.cat([part.pooled for part in parts]),
        mask=torch.cat([pad(part.mask) for part in parts]),
        grid=parts[0].grid,
        words=words,
    )
