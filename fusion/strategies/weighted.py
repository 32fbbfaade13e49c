"""Weighted fusion: a sum of both vectors, its weights learned or set by hand (加权融合)."""

import torch
from torch import nn

from fusion.strategies.base import STRATEGIES, Fused, Parameter, Strategy, StrategyRecord
from fusion.tokens import Tokens


class Weighted(Strategy):
    """w_image f_image + w_text f_text with w = softmax(two learned scores)."""

    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.scores = nn.Parameter(torch.zeros(2))

    def forward(self, image: Tokens | None, text: Tokens | None, image_weight: float | None = None) -> Fused:
        """image_weight in [0, 1] replaces the learned weight of the picture."""
        image, text = self.both(image, text)
        weights = self.scores.softmax(0)  # (2,)
        if image_weight is not None:
            weights = weights.new_tensor([image_weight, 1 - image_weight])
        vector = weights[0] * image.pooled + weights[1] * text.pooled
        return Fused(vector=vector, weights=weights.expand(len(vector), 2))


STRATEGIES.add(
    StrategyRecord(
        name="weighted",
        summary="A weighted sum of both vectors; the two weights are learned, or set by hand.",
        formula="h = w_image f_image + w_text f_text",
        source="article, section 3.2",
        build=Weighted,
        term="加权融合",
        parameters=(Parameter("image_weight", "Weight of the picture", 0.0, 1.0),),
    )
)
