"""Interactive encoding: words attend to patches and patches to words (交互式编码)."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fusion.attention import CrossAttend, SelfBlock, attention_of, masked_mean
from fusion.strategies.base import STRATEGIES, Flow, Fused, Read, Strategy, StrategyRecord
from fusion.tokens import Tokens

DROP = 0.2
STEPS = (0, 1, 2, 3, 4, 5, 6)
FAINT = 2.0  # likeness that says nothing
LOW, HIGH = 0.3, 0.6  # a peak of that share of the strongest begins to count, counts in full


class CrossAttention(Strategy):
    """Layers in which words read the patches, then each other; between layers the patches read the words.

    Each word starts with the whole picture added to it, as a gist (Oliva and Torralba 2006). Where both
    encoders share a space, some heads start out looking where the patches are like the word in it, and each
    word is told how like it they are: at the most, on average, and in how many places (after Zhang et al.
    2018, arXiv 1802.05766).
    LXMERT (Tan and Bansal 2019, arXiv 1908.07490) and ViLBERT (Lu et al. 2019, arXiv 1908.02265).
    The recorded attention is that of the words over the patches.
    """

    def __init__(self, width: int, layers: int = 2, heads: int = 4) -> None:
        super().__init__(width)
        self.gist = nn.Linear(width, width)
        nn.init.eye_(self.gist.weight)
        self.likeness = nn.Parameter(torch.linspace(1, 0, heads).repeat(layers, 1))
        self.match = nn.Linear(2 + len(STEPS), width, bias=False)
        reads = [CrossAttend(width, heads, drop=DROP) for _ in range(layers)]
        for read in reads:
            read.attend.start_plain()
        self.words_read = nn.ModuleList(reads)
        self.words_mix = nn.ModuleList(SelfBlock(width, heads) for _ in range(layers))
        self.patches_read = nn.ModuleList(CrossAttend(width, heads) for _ in range(layers - 1))
        self.norm = nn.LayerNorm(width)

    def forward(self, image: Tokens | None, text: Tokens | None) -> Fused:
        image, text = self.both(image, text)
        patches = image.sequence
        words = text.sequence + self.gist(image.pooled)[:, None]  # (B, N_text, d)
        alike = likeness(text, image)
        if alike is not None:
            words = words + self.match(summary(alike, image.grid))
        attention = []
        for i, (read, mix) in enumerate(zip(self.words_read, self.words_mix, strict=True)):
            if i > 0:
                patches, _ = self.patches_read[i - 1](patches, words, text.mask)  # (B, N_image, d)
            bias = None if alike is None else self.likeness[i, :, None, None] * alike[:, None]
            words, weights = read(words, patches, image.mask, bias)
            words = mix(words, text.mask)  # (B, N_text, d)
            attention.append(weights)
        words = self.norm(words)
        return Fused(
            vector=masked_mean(words, text.mask),
            attention=torch.stack(attention, dim=1) * text.mask[:, None, None, :, None],
            sequence=words,
            mask=text.mask,
        )

    def flow(self) -> Flow:
        steps: list[tuple[Read, ...]] = []
        for i, (read, mix) in enumerate(zip(self.words_read, self.words_mix, strict=True)):
            if i > 0:
                steps.append((Read(attention_of(self.patches_read[i - 1]), ("image",), ("text",)),))
            steps.append((Read(attention_of(read), ("text",), ("image",)),))
            steps.append((Read(attention_of(mix), ("text",), ("text",)),))
        return Flow(tuple(steps), read_out=("text",))


def likeness(text: Tokens, image: Tokens) -> Tensor | None:
    """(B, N_text, N_image) how alike words and patches are in the space that both share; None without one.

    Of standardised channels: about 1 in size for what has nothing to do with each other.
    """
    if text.common is None or image.common is None:
        return None
    return text.common @ image.common.transpose(1, 2) / text.common.shape[-1] ** 0.5


def summary(alike: Tensor, grid: tuple[int, ...] | None) -> Tensor:
    """(B, N_text, N_image) to (B, N_text, 2 + STEPS): the most, the mean, and the count of the places that
    stand out from their neighbours, step by step from 0 to 1."""
    most = alike.amax(-1, keepdim=True)
    count = torch.zeros_like(most)
    if grid is not None and alike.shape[-1] == math.prod(grid):
        share = (alike / most.clamp(min=FAINT)).clamp(min=0)  # of the strongest place
        around = F.max_pool2d(share.unflatten(-1, grid), 3, stride=1, padding=1).flatten(-2)
        peak = torch.where(share == around, share, 0)
        count = ((peak - LOW) / (HIGH - LOW)).clamp(0, 1).sum(-1, keepdim=True)
    steps = (count - torch.tensor(STEPS, device=alike.device)).clamp(0, 1)
    return torch.cat([most, alike.mean(-1, keepdim=True), steps], dim=-1)


STRATEGIES.add(
    StrategyRecord(
        name="cross-attention",
        summary="Words look at patches and patches at words, layer by layer; shows where each word looked.",
        formula="words ← softmax(Q_words K_patchesᵀ / √d) V_patches, and back",
        source="LXMERT, arXiv 1908.07490",
        build=CrossAttention,
        term="交互式编码",
        grid=(8, 8),
        epochs=4,
        width=116,
    )
)
