"""Concatenation: both vectors side by side, the head mixes them (拼接融合)."""

import torch

from fusion.strategies.base import STRATEGIES, Fused, Strategy, StrategyRecord
from fusion.tokens import Tokens


class Concat(Strategy):
    """[f_image, f_text], of width 2 d."""

    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.output_width = 2 * width

    def forward(self, image: Tokens | None, text: Tokens | None) -> Fused:
        image, text = self.both(image, text)
        return Fused(vector=torch.cat([image.pooled, text.pooled], dim=-1))


STRATEGIES.add(
    StrategyRecord(
        name="concat",
        summary="Both vectors side by side; the head learns how to mix them.",
        formula="h = [f_image, f_text]",
        source="article, section 3.2",
        build=Concat,
        term="拼接融合",
    )
)
