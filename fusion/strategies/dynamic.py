"""Dynamic fusion: weights decided per sample from each modality's own confidence (动态融合)."""

import torch
from torch import nn

from fusion.strategies.base import STRATEGIES, Fused, Strategy, StrategyRecord
from fusion.tokens import Tokens


class Dynamic(Strategy):
    """Each modality rates itself without seeing the other; the ratings weigh the sum.

    Confidence per modality after Multimodal Dynamics (Han et al. 2022) and QMF (Zhang et al. 2023,
    arXiv 2306.02050), here on vectors in the place of decisions and learned through the fused loss alone.
    """

    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.image = nn.Linear(width, width)
        self.text = nn.Linear(width, width)
        for layer in (self.image, self.text):
            nn.init.eye_(layer.weight)
        self.confidence_image = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.Linear(width, 1))
        self.confidence_text = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.Linear(width, 1))

    def forward(self, image: Tokens | None, text: Tokens | None) -> Fused:
        image, text = self.both(image, text)
        scores = torch.cat([self.confidence_image(image.pooled), self.confidence_text(text.pooled)], dim=-1)
        weights = scores.softmax(dim=-1)  # (B, 2)
        vector = weights[:, :1] * self.image(image.pooled) + weights[:, 1:] * self.text(text.pooled)
        return Fused(vector=vector, weights=weights)


STRATEGIES.add(
    StrategyRecord(
        name="dynamic",
        summary="Each modality rates its own confidence on this sample, and the ratings weigh the sum.",
        formula="h = Σ_m w_m V_m f_m, w = softmax(c_image(f_image), c_text(f_text))",
        source="after QMF, arXiv 2306.02050",
        build=Dynamic,
        term="动态融合",
    )
)
