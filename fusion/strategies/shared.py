"""Common reference encoding: one encoder, the same weights, for both modalities (共参考编码)."""

import torch
from torch import Tensor, nn

from fusion.attention import SelfBlock, masked_mean
from fusion.strategies.base import STRATEGIES, Fused, Strategy, StrategyRecord
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
        image, text = self.both(image, text)
        h_image = self.encode(image, self.kind[0])
        h_text = self.encode(text, self.kind[1])
        return Fused(
            vector=masked_mean(h_image, image.mask) + masked_mean(h_text, text.mask),
            sequence=torch.cat([h_image, h_text], dim=1),
            mask=torch.cat([image.mask, text.mask], dim=1),
        )

    def encode(self, tokens: Tokens, kind: Tensor) -> Tensor:
        """(B, N, d) in the common space."""
        x = tokens.sequence + kind
        for layer in self.encoder:
            x = layer(x, tokens.mask)
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
