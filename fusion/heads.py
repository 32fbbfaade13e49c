"""Heads: what turns a fused vector, or the fused tokens behind it, into a score for each class."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence

from fusion.align import interpolate_sequence
from fusion.registry import Registry
from fusion.strategies.base import Fused


@dataclass(frozen=True)
class HeadRecord:
    """build(width, classes) makes a module whose forward takes Fused and returns logits (B, classes).

    Its last layer is the linear one named `out`.
    """

    name: str
    summary: str
    build: Callable[[int, int], nn.Module]


HEADS: Registry[HeadRecord] = Registry("head")


class Linear(nn.Module):
    """One linear layer over the fused vector."""

    def __init__(self, width: int, classes: int) -> None:
        super().__init__()
        self.out = nn.Linear(width, classes)

    def forward(self, fused: Fused) -> Tensor:
        return self.out(fused.vector)


class FullyConnected(nn.Module):
    """One hidden layer as wide as the fused vector, with dropout."""

    def __init__(self, width: int, classes: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.hidden = nn.Sequential(
            nn.LayerNorm(width), nn.Linear(width, width), nn.GELU(), nn.Dropout(dropout)
        )
        self.out = nn.Linear(width, classes)

    def forward(self, fused: Fused) -> Tensor:
        return self.out(self.hidden(fused.vector))


class Residual(nn.Module):
    """One hidden layer beside a straight path, so that what needs no thought passes as it is.

    After He et al. 2016, arXiv 1512.03385.
    """

    def __init__(self, width: int, classes: int, dropout: float = 0.2) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.hidden = nn.Sequential(
            nn.Linear(width, width), nn.GELU(), nn.Dropout(dropout), nn.Linear(width, width)
        )
        self.drop = nn.Dropout(dropout)
        self.out = nn.Linear(width, classes)

    def forward(self, fused: Fused) -> Tensor:
        x = self.norm(fused.vector)
        return self.out(self.drop(x + self.hidden(x)))


class Convolutional(nn.Module):
    """Convolutions of width 3 over the fused tokens at a common length, then the largest response of each.

    After Kim 2014, arXiv 1408.5882.
    """

    def __init__(self, width: int, classes: int, length: int = 16) -> None:
        super().__init__()
        self.length = length
        self.norm = nn.LayerNorm(width)
        self.conv = nn.Conv1d(width, width, kernel_size=3, padding=1)
        self.out = nn.Linear(2 * width, classes)

    def forward(self, fused: Fused) -> Tensor:
        sequence, mask = _tokens(fused)
        x = interpolate_sequence(self.norm(sequence), mask, self.length)
        x = torch.relu(self.conv(x.transpose(1, 2))).amax(dim=2)  # (B, d)
        return self.out(torch.cat([x, fused.vector], dim=-1))


class Recurrent(nn.Module):
    """A gated recurrent unit over the real fused tokens; its last state answers with the vector.

    After Cho et al. 2014, arXiv 1406.1078.
    """

    def __init__(self, width: int, classes: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.gru = nn.GRU(width, width, batch_first=True)
        self.out = nn.Linear(2 * width, classes)

    def forward(self, fused: Fused) -> Tensor:
        sequence, mask = _tokens(fused)
        order = torch.argsort((~mask).to(torch.uint8), dim=1, stable=True)  # real tokens first
        sequence = torch.gather(self.norm(sequence), 1, order[..., None].expand_as(sequence))
        lengths = mask.sum(1).clamp(min=1).cpu()
        packed = pack_padded_sequence(sequence, lengths, batch_first=True, enforce_sorted=False)
        last = self.gru(packed)[1][-1]  # (B, d)
        return self.out(torch.cat([last, fused.vector], dim=-1))


def _tokens(fused: Fused) -> tuple[Tensor, Tensor]:
    """The fused tokens and their mask; the vector stands as the only token where a strategy pools."""
    if fused.sequence is None or fused.mask is None or fused.sequence.shape[-1] != fused.vector.shape[-1]:
        return fused.vector[:, None], torch.ones_like(fused.vector[:, :1], dtype=torch.bool)
    return fused.sequence, fused.mask


HEADS.add(HeadRecord("fully-connected", "One hidden layer over the fused vector.", FullyConnected))
HEADS.add(HeadRecord("residual", "One hidden layer beside a straight path.", Residual))
HEADS.add(HeadRecord("linear", "One linear layer over the fused vector.", Linear))
HEADS.add(HeadRecord("convolutional", "Convolutions over the fused tokens, then the maximum.", Convolutional))
HEADS.add(HeadRecord("recurrent", "A gated recurrent unit over the fused tokens.", Recurrent))
