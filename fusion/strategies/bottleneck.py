"""Bottleneck fusion: a few shared tokens carry all exchange between the modalities."""

import torch
from torch import Tensor, nn

from fusion.attention import SelfBlock, attention_of, masked_mean
from fusion.strategies.base import STRATEGIES, Flow, Fused, Read, Strategy, StrategyRecord
from fusion.tokens import Tokens


class Bottleneck(Strategy):
    """Multimodal bottleneck transformer (Nagrani et al. 2021, arXiv 2107.00135, equations 8 and 9).

    In each layer both modalities attend to themselves and the bottleneck tokens; the bottleneck tokens
    of both are averaged.
    """

    def __init__(self, width: int, layers: int = 2, tokens: int = 4) -> None:
        super().__init__(width)
        self.bottleneck = nn.Parameter(torch.randn(tokens, width) * 0.02)
        self.image = nn.ModuleList(SelfBlock(width) for _ in range(layers))
        self.text = nn.ModuleList(SelfBlock(width) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, image: Tokens | None, text: Tokens | None) -> Fused:
        image, text = self.both(image, text)
        shared = self.bottleneck.expand(len(image), -1, -1)  # (B, tokens, d)
        x_image, x_text = image.sequence, text.sequence
        for image_layer, text_layer in zip(self.image, self.text, strict=True):
            x_image, shared_image = _exchange(image_layer, x_image, image.mask, shared)
            x_text, shared_text = _exchange(text_layer, x_text, text.mask, shared)
            shared = (shared_image + shared_text) / 2
        x_image, x_text, shared = self.norm(x_image), self.norm(x_text), self.norm(shared)
        vector = (masked_mean(x_image, image.mask) + masked_mean(x_text, text.mask) + shared.mean(1)) / 3
        return Fused(vector=vector, sequence=shared, mask=torch.ones_like(shared[..., 0], dtype=torch.bool))

    def flow(self) -> Flow:
        image, text = ("image", "exchange"), ("text", "exchange")
        steps = tuple(
            (Read(attention_of(of_image), image, image), Read(attention_of(of_text), text, text))
            for of_image, of_text in zip(self.image, self.text, strict=True)
        )
        return Flow(steps, ("image", "text", "exchange"), own={"exchange": len(self.bottleneck)})


def _exchange(layer: nn.Module, x: Tensor, mask: Tensor, shared: Tensor) -> tuple[Tensor, Tensor]:
    """One modality's layer over its tokens and the bottleneck: (B, N, d), (B, tokens, d) of the same."""
    n = x.shape[1]
    real = torch.cat([mask, mask.new_ones(shared.shape[:2])], dim=1)
    y = layer(torch.cat([x, shared], dim=1), real)
    return y[:, :n], y[:, n:]


STRATEGIES.add(
    StrategyRecord(
        name="bottleneck",
        summary="Each modality attends to itself; four shared tokens carry all exchange between them.",
        formula="[x_m, b_m] ← layer_m([x_m, b]), b ← mean of b_m",
        source="MBT, arXiv 2107.00135",
        build=Bottleneck,
        grid=(7, 7),
        epochs=3,
        width=108,
    )
)
