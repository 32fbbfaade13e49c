"""Bilinear fusion: a low-rank form of the product of every feature with every other."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fusion.strategies.base import STRATEGIES, Fused, Strategy, StrategyRecord
from fusion.tokens import Tokens


class Bilinear(Strategy):
    """Low-rank multimodal fusion (Liu et al. 2018, arXiv 1806.00064, equation 6).

    The sum over the rank stands outside the product, as in the authors' code. A 1 appended to each vector
    keeps the unimodal terms of the product; its factors start at 1, so that these terms are heard from the
    first step and not only where both sides have learned already.
    """

    def __init__(self, width: int, rank: int = 4) -> None:
        super().__init__(width)
        bound = (width + 1) ** -0.5
        self.image = nn.Parameter(torch.empty(rank, width + 1, width).uniform_(-bound, bound))
        self.text = nn.Parameter(torch.empty(rank, width + 1, width).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.zeros(width))
        with torch.no_grad():
            self.image[:, -1] = self.text[:, -1] = 1.0

    def forward(self, image: Tokens | None, text: Tokens | None) -> Fused:
        image, text = self.both(image, text)
        product = _project(image.pooled, self.image) * _project(text.pooled, self.text)  # (rank, B, d)
        return Fused(vector=product.sum(0) + self.bias)


def _project(x: Tensor, factors: Tensor) -> Tensor:
    """[x, 1] by each factor: (B, d), (rank, d + 1, d) -> (rank, B, d)."""
    return F.pad(x, (0, 1), value=1.0) @ factors


STRATEGIES.add(
    StrategyRecord(
        name="bilinear",
        summary="Every feature of the picture times every feature of the text, in low-rank form.",
        formula="h = Σ_r (U_r [f_image, 1]) ⊙ (V_r [f_text, 1])",
        source="LMF, arXiv 1806.00064",
        build=Bilinear,
    )
)
