"""Modality balance: a gate decides, dimension by dimension, how much of each passes (模态平衡)."""

import torch
from torch import nn

from fusion.strategies.base import STRATEGIES, Fused, Strategy, StrategyRecord
from fusion.tokens import Tokens


class Gated(Strategy):
    """The gated multimodal unit (Arevalo et al. 2017, arXiv 1702.01992, equations of section 3.1)."""

    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.image = nn.Linear(width, width)
        self.text = nn.Linear(width, width)
        self.gate = nn.Linear(2 * width, width)
        for layer in (self.image, self.text):
            nn.init.eye_(layer.weight)

    def forward(self, image: Tokens | None, text: Tokens | None) -> Fused:
        image, text = self.both(image, text)
        gate = torch.sigmoid(self.gate(torch.cat([image.pooled, text.pooled], dim=-1)))  # (B, d)
        vector = gate * torch.tanh(self.image(image.pooled)) + (1 - gate) * torch.tanh(self.text(text.pooled))
        share = gate.mean(dim=-1)
        return Fused(vector=vector, weights=torch.stack([share, 1 - share], dim=-1))


STRATEGIES.add(
    StrategyRecord(
        name="gated",
        summary="A learned gate balances the modalities in each dimension of each sample.",
        formula="h = z ⊙ tanh(W_i f_image) + (1 − z) ⊙ tanh(W_t f_text), z = σ(W_z [f_image, f_text])",
        source="GMU, arXiv 1702.01992",
        build=Gated,
        term="模态平衡",
    )
)
