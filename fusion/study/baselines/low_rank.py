"""Low-rank tensor fusion of both pooled vectors (Liu et al. 2018, arXiv 1806.00064), as MultiBench has it."""

import torch
from torch import Tensor, nn

from fusion.study.baselines.base import BASELINES, Baseline, Fitting, standardised
from fusion.study.baselines.neural import Perceptron, trained

RANK = 4
WIDTH = 128


class LowRankFusion(nn.Module):
    """h = sum_r w_r ([1, image] U_r) * ([1, text] V_r) + b, then one hidden layer."""

    def __init__(self, image_width: int, text_width: int, classes: int) -> None:
        super().__init__()
        self.factors = nn.ParameterList(
            nn.Parameter(nn.init.xavier_normal_(torch.empty(RANK, width + 1, WIDTH)))
            for width in (image_width, text_width)
        )
        self.weights = nn.Parameter(nn.init.xavier_normal_(torch.empty(1, RANK)))
        self.bias = nn.Parameter(torch.zeros(1, WIDTH))
        self.head = Perceptron(WIDTH, classes)

    def fused(self, image: Tensor, text: Tensor) -> Tensor:
        """(Q, D) and (Q, E) to (Q, WIDTH)."""
        product = torch.ones(())
        for x, factor in zip((image, text), self.factors, strict=True):
            product = product * (torch.cat([torch.ones(len(x), 1), x], dim=1) @ factor)  # (RANK, Q, WIDTH)
        return (self.weights @ product.transpose(0, 1))[:, 0] + self.bias

    def forward(self, image: Tensor, text: Tensor) -> Tensor:
        return self.head(self.fused(image, text))


def answer(given: Fitting) -> Tensor:
    """Scores (Q, classes)."""
    torch.manual_seed(given.seed)
    given = standardised(given)
    model = LowRankFusion(given.train.image.shape[1], given.train.text.shape[1], given.classes)
    return trained(model, given, "low-rank fusion")


BASELINES.add(
    Baseline(
        name="low-rank fusion",
        summary="A low-rank tensor product of both pooled vectors, then one hidden layer.",
        source="Liu et al. 2018, arXiv 1806.00064, as in MultiBench, arXiv 2107.07502",
        answer=answer,
        by_chance=True,
    )
)
