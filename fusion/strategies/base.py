"""The one contract of every fusion strategy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor, nn

from fusion.attention import Attention
from fusion.registry import Registry
from fusion.tokens import Tokens


@dataclass(frozen=True)
class Fused:
    """One vector a sample, and what the strategy recorded on the way.

    vector:    (B, d).
    attention: (B, layers, heads, N_text, N_image), rows sum to 1 over real patches; None without attention.
    weights:   (B, 2) how much of image and text passed, summing to 1; None where nothing is weighed.
    sequence:  (B, S, d) the fused tokens behind the vector, for heads that read a sequence; None if pooled.
    mask:      (B, S) true where a fused token is real.
    """

    vector: Tensor
    attention: Tensor | None = None
    weights: Tensor | None = None
    sequence: Tensor | None = None
    mask: Tensor | None = None


@dataclass(frozen=True)
class Read:
    """One layer's attention of some tokens over others.

    by, of: the parts whose tokens are queries and keys, each "image", "text" or the strategy's own, in the
    order in which they are laid side by side. call: which of the module's calls in one forward it is.
    """

    module: Attention
    by: tuple[str, ...]
    of: tuple[str, ...]
    call: int = 0


@dataclass(frozen=True)
class Flow:
    """How attention carries what the inputs hold to the fused vector.

    steps: one after the other; the reads of one step start from the same tokens. read_out: the parts whose
    tokens are averaged into the vector. own: how many tokens of its own the strategy has, by part.
    """

    steps: tuple[tuple[Read, ...], ...]
    read_out: tuple[str, ...]
    own: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Parameter:
    """A number in [low, high] that a person may set by hand; unset, the learned value holds."""

    name: str
    label: str
    low: float
    high: float


@dataclass(frozen=True)
class StrategyRecord:
    """A registered strategy.

    build: makes the module from the common width d.
    term: the article's term for it, "" where it names none.
    modality: "both", or the only one that it reads (the unimodal baselines).
    grid: rows and columns that it wants pictures interpolated to, () for the encoder's own grid,
        None when it reads pooled vectors alone and tokens need not be aligned.
    epochs: how long it is trained unless told otherwise; those that read sequences take minutes an epoch.
    width: d that it is fitted with; a checkpoint may have at most 1.5 MB.
    head: the head that it is fitted with unless another is asked for, "" where any will do.
    parameters: what forward takes by keyword, live.
    """

    name: str
    summary: str
    formula: str
    source: str
    build: Callable[[int], "Strategy"]
    term: str = ""
    modality: str = "both"
    grid: tuple[int, ...] | None = None
    epochs: int = 8
    width: int = 128
    head: str = ""
    parameters: tuple[Parameter, ...] = ()


class Strategy(nn.Module):
    """Base of the strategies: owns the width and the two learned absent tokens.

    width: d, of both inputs after alignment. output_width: of the fused vector, d unless a subclass says so.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width
        self.output_width = width
        self.absent_image = nn.Parameter(torch.randn(width) * 0.02)
        self.absent_text = nn.Parameter(torch.randn(width) * 0.02)

    def forward(self, image: Tokens | None, text: Tokens | None) -> Fused:
        """Fuse aligned tokens of width d; either may be None, or hold samples without a real token.

        Raises ValueError when both are None.
        """
        raise NotImplementedError

    def alone(self, image: Tokens | None, text: Tokens | None) -> tuple[Tokens | None, Tokens | None]:
        """What each modality needs no other for, done once for a picture before its questions are paired
        with it; `fuse` goes on from there."""
        return image, text

    def fuse(self, image: Tokens | None, text: Tokens | None, **settings: float) -> Fused:
        """`forward` of what `alone` gave."""
        return self(image, text, **settings)

    def flow(self) -> Flow | None:
        """Its attention, for the explainers that follow it; None without attention."""
        return None

    def both(self, image: Tokens | None, text: Tokens | None) -> tuple[Tokens, Tokens]:
        """Both modalities, with the learned absent token in the place of what is missing."""
        image, text = pair(image, text)
        return fill(image, self.absent_image), fill(text, self.absent_text)


def pair(image: Tokens | None, text: Tokens | None) -> tuple[Tokens, Tokens]:
    """Both modalities, a batch of missing inputs in the place of None; raises ValueError when both are."""
    if image is None and text is None:
        raise ValueError("a strategy needs an image, a text or both")
    image = image if image is not None else _nothing_like(text)
    return image, text if text is not None else _nothing_like(image)


def _nothing_like(other: Tokens | None) -> Tokens:
    """A batch of missing inputs as long as the other modality's."""
    assert other is not None
    pooled = torch.zeros_like(other.pooled)
    mask = other.mask.new_zeros(len(other), 1)
    return Tokens(sequence=pooled[:, None], pooled=pooled, mask=mask)


def fill(tokens: Tokens, absent: Tensor) -> Tokens:
    """Put `absent` (d,) in the place of each sample that has no real token."""
    missing = ~tokens.present  # (B,)
    first = torch.zeros_like(tokens.mask)
    first[:, 0] = missing
    return replace(
        tokens,
        sequence=torch.where(first[..., None], absent, tokens.sequence),
        pooled=torch.where(missing[:, None], absent, tokens.pooled),
        mask=tokens.mask | first,
    )


STRATEGIES: Registry[StrategyRecord] = Registry("strategy")
