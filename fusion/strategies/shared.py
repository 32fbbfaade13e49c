"""Common reference encoding: one encoder, the same weights, for both modalities (共参考编码)."""

from dataclasses import replace

import torch
from torch import Tensor, nn

from fusion.attention import SelfBlock, attention_of, masked_mean
from fusion.strategies.base import STRATEGIES, Flow, Fused, Read, Strategy, StrategyRecord, fill, pair
from fusion.tokens import Tokens


class Shared(Strategy):
    """Each modality passes the same transformer layers; the sum of both means is the common vector.

    A learned type vector tells the layers which modality they read, as in ViLT (Kim et al. 2021,
    arXiv 2102.03334); the weights shared between modalities follow VATT (Akbari et al. 2021,
    arXiv 2104.11178, the modality-agnostic variant).
    """

    def __init__(self, width: int, layers: int = 2) -> None:
        super().__init__(width)
        self.kind = nn.Parameter(torch.randn(2, width) * 0.02)
        self.encoder = nn.ModuleList(SelfBlock(width) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, image: Tokens | None, text: Tokens | None) -> Fused:
        return self.fuse(*self.alone(image, text))

    def alone(self, image: Tokens | None, text: Tokens | None) -> tuple[Tokens | None, Tokens | None]:
        return tuple(
            None
            if tokens is None
            else replace(tokens, sequence=self.encode(tokens.sequence, tokens.mask, kind))
            for tokens, kind in zip((image, text), self.kind, strict=True)
        )  # type: ignore[return-value]

    def fuse(self, image: Tokens | None, text: Tokens | None) -> Fused:  # type: ignore[override]
        image, text = (
            fill(tokens, self.encode(absent[None, None], tokens.mask.new_ones(1, 1), kind)[0, 0])
            for tokens, absent, kind in zip(
                pair(image, text), (self.absent_image, self.absent_text), self.kind, strict=True
            )
        )
        return Fused(
            vector=masked_mean(image.sequence, image.mask) + masked_mean(text.sequence, text.mask),
            sequence=torch.cat([image.sequence, text.sequence], dim=1),
            mask=torch.cat([image.mask, text.mask], dim=1),
        )

    def flow(self) -> Flow:
        # The encoder reads the picture first, then the text: `alone`.
        parts = (("image",), ("text",))
        steps = tuple(
            tuple(Read(attention_of(layer), part, part, call) for call, part in enumerate(parts))
            for layer in self.encoder
        )
        return Flow(steps, read_out=("image", "text"))

    def encode(self, x: Tensor, mask: Tensor, kind: Tensor) -> Tensor:
        """(B, N, d), (B, N), (d,) to (B, N, d) in the common space; what is missing stays masked."""
        first = torch.zeros_like(mask)
        first[:, 0] = ~mask.any(1)
        x = x + kind
        for layer in self.encoder:
            x = layer(x, mask | first)
        return self.norm(x)


STRATEGIES.add(
    StrategyRecord(
        name="shared",
        summary="One encoder with the same weights reads both modalities into one common space.",
        formula="h = E(image) + E(text), one E",
        source="VATT, arXiv 2104.11178",
        build=Shared,
        term="共参考编码",
        grid=(7, 7),
        epochs=3,
    )
)
