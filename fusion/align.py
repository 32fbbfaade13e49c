"""Alignment: both modalities on one scale, at one width, with positions, at the wanted length."""

import math
from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fusion.tokens import Tokens


def interpolate_grid(tokens: Tokens, grid: tuple[int, ...]) -> Tokens:
    """Resize a picture's tokens to `grid` (rows, columns), bilinearly and antialiased.

    Masked patches do not bleed into their neighbours: each new patch is the average of the real ones
    it covers, and is real where it covers any. Raises ValueError for tokens without a 2-D grid.
    """
    if tokens.grid is None or len(tokens.grid) != 2 or len(grid) != 2:
        raise ValueError("only picture tokens with a grid of (rows, columns) can be interpolated")
    if tokens.grid == grid:
        return tokens
    shape = (len(tokens), *tokens.grid, -1)
    real = tokens.mask.to(tokens.sequence.dtype).reshape(shape).permute(0, 3, 1, 2)  # (B, 1, r, c)
    patches = tokens.sequence.reshape(shape).permute(0, 3, 1, 2) * real  # (B, D, r, c)
    patches, share = (
        F.interpolate(x, size=grid, mode="bilinear", align_corners=False, antialias=True)
        for x in (patches, real)
    )
    # A missing input has no real patch at all: its share is 0 everywhere, and so is its mask.
    patches = patches / share.clamp(min=1e-6)
    return replace(
        tokens,
        sequence=patches.flatten(2).transpose(1, 2),
        mask=share.flatten(1) > 1e-3,
        grid=grid,
    )


def interpolate_sequence(sequence: Tensor, mask: Tensor, length: int) -> Tensor:
    """Resample each sample's real tokens linearly to `length`: (B, N, D), (B, N) -> (B, length, D).

    Real tokens are taken in order, wherever the padding stands; the first and the last stay at the ends.
    A sample without a real token gives zeros.
    """
    order = torch.argsort((~mask).to(torch.uint8), dim=1, stable=True)  # real tokens first
    packed = torch.gather(sequence * mask[..., None], 1, order[..., None].expand_as(sequence))
    last = (mask.sum(1) - 1).clamp(min=0).to(sequence.dtype)  # (B,)
    at = torch.linspace(0, 1, length, device=sequence.device, dtype=sequence.dtype) * last[:, None]
    below = at.floor().long()  # (B, length)
    above = (below + 1).clamp(max=sequence.shape[1] - 1)
    share = (at - below)[..., None]

    def pick(index: Tensor) -> Tensor:
        return torch.gather(packed, 1, index[..., None].expand(-1, -1, sequence.shape[2]))

    return pick(below) * (1 - share) + pick(above) * share


def sinusoids(positions: Tensor, width: int) -> Tensor:
    """Sine and cosine codes of real-valued positions: (..., ) -> (..., width), width even.

    Vaswani et al. 2017, arXiv 1706.03762, section 3.5.
    """
    steps = torch.arange(0, width, 2, device=positions.device, dtype=torch.float32)
    rates = torch.exp(-math.log(10_000.0) * steps / width)
    angles = positions[..., None] * rates
    return torch.cat([angles.sin(), angles.cos()], dim=-1)


def position_codes(tokens: Tokens, width: int) -> Tensor:
    """(N, width) codes of where each token stands.

    A sequence counts its tokens; a grid splits the width evenly among its axes, each measured as a share of
    the picture, so that the same place has the same code at every grid size.
    """
    device = tokens.sequence.device
    if tokens.grid is None:
        return sinusoids(torch.arange(tokens.sequence.shape[1], device=device), width)
    axes = len(tokens.grid)
    centres = [(torch.arange(n, device=device) + 0.5) / n * 16 for n in tokens.grid]
    places = torch.stack(torch.meshgrid(*centres, indexing="ij"), dim=-1).reshape(-1, axes)
    part = width // axes // 2 * 2
    codes = sinusoids(places, part).flatten(1)  # (N, axes * part)
    return F.pad(codes, (0, width - codes.shape[1]))


# Of a channel's spread: what is added to each in training where it says names, of which few pictures are
# at hand. It is Tikhonov's regularisation (Bishop 1995).
NOISE = 0.3


class Aligner(nn.Module):
    """Standardise each channel, project to the common width, normalise, add positions.

    width_in: D of the encoder. width: d common to both modalities. grid: where pictures are to be
    interpolated to, () for the encoder's own grid, None to align the pooled vector alone. common: how many
    leading channels stand in a space that both modalities share; they keep their proportions to each other.
    """

    def __init__(self, width_in: int, width: int, grid: tuple[int, ...] | None = (), common: int = 0) -> None:
        super().__init__()
        self.grid = grid
        self.common = common
        self.mean: Tensor
        self.scale: Tensor
        self.register_buffer("mean", torch.zeros(width_in))
        self.register_buffer("scale", torch.ones(2, width_in))  # of pooled vectors, of single tokens
        self.project = nn.Linear(width_in, width)
        self.norm = nn.LayerNorm(width)

    @torch.no_grad()
    def calibrate(self, tokens: Tokens) -> None:
        """Measure each channel's mean and spread on training tokens, to put both modalities on one scale."""
        pooled, real = tokens.pooled[tokens.present], tokens.sequence[tokens.mask]  # (P, D), (T, D)
        if not len(pooled):
            return  # never given: nothing to measure
        self.mean.copy_(pooled.mean(0))
        for row, x in zip(self.scale, (pooled, real), strict=True):
            spread = (x - self.mean).square().mean(0).sqrt()
            spread[: self.common] = spread[: self.common].square().mean().sqrt()
            # A checkpoint keeps it in half precision, whose greatest number is 65504.
            row.copy_(1 / spread.clamp(min=1e-3 * spread.max() + 1e-4))

    def forward(self, tokens: Tokens) -> Tokens:
        """Tokens of width D to tokens of the common width d."""
        pooled = self._pooled(tokens.pooled)
        if self.grid is None:
            return Tokens(pooled[:, None], pooled, tokens.present[:, None], words=None)
        if tokens.grid is not None and self.grid:
            tokens = interpolate_grid(tokens, self.grid)
        standard = (tokens.sequence - self.mean) * self.scale[1] * tokens.mask[..., None]
        x = self._place(standard)
        x = (x + position_codes(tokens, x.shape[-1])) * tokens.mask[..., None]
        common = standard[..., : self.common] if self.common else None
        return replace(tokens, sequence=x, pooled=pooled, common=common)

    def mixed(self, tokens: Tokens, keep: Tensor, pooled: Tensor) -> Tokens:
        """One sample's tokens (1, N, D) aligned, the mean in the place of those that are false in (U, N).

        pooled: (U, D) of each mixture. The tokens must not need to be interpolated.
        """
        placed = self._pooled(pooled)
        if self.grid is None:
            return Tokens(placed[:, None], placed, tokens.present.expand(len(keep))[:, None], words=None)
        real = self(tokens)
        mean = self(replace(tokens, sequence=self.mean.expand_as(tokens.sequence)))

        def mix(own: Tensor, other: Tensor) -> Tensor:
            return torch.where(keep[..., None], own, other)

        common = None
        if real.common is not None and mean.common is not None:
            common = mix(real.common, mean.common)
        return Tokens(
            sequence=mix(real.sequence, mean.sequence),
            pooled=placed,
            mask=real.mask.expand(len(keep), -1),
            grid=real.grid,
            common=common,
        )

    def _pooled(self, pooled: Tensor) -> Tensor:
        return self._place((pooled - self.mean) * self.scale[0])

    def _place(self, standard: Tensor) -> Tensor:
        """Standardised channels (..., D) to the common width (..., d)."""
        if self.training and self.common:
            standard = standard + NOISE * torch.randn_like(standard)
        return self.norm(self.project(standard))
