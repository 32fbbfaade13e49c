"""Both pooled vectors side by side through one hidden layer, as TorchMultimodal and MultiBench do it."""

import torch
from torch import Tensor, nn

from fusion.study.baselines.base import BASELINES, Baseline, Fitting, standardised
from fusion.study.baselines.neural import Perceptron, trained


class ConcatMLP(nn.Module):
    """`ConcatFusionModule` with an MLP head, or `Concat` with `MLP`: [image, text] W_1 ReLU W_2."""

    def __init__(self, image_width: int, text_width: int, classes: int) -> None:
        super().__init__()
        self.head = Perceptron(image_width + text_width, classes)

    def forward(self, image: Tensor, text: Tensor) -> Tensor:
        return self.head(torch.cat([image, text], dim=1))


def answer(given: Fitting) -> Tensor:
    """Scores (Q, classes)."""
    torch.manual_seed(given.seed)
    given = standardised(given)
    model = ConcatMLP(given.train.image.shape[1], given.train.text.shape[1], given.classes)
    return trained(model, given, "concat MLP")


BASELINES.add(
    Baseline(
        name="concat MLP",
        summary="Both pooled vectors side by side through one hidden layer.",
        source="TorchMultimodal (Singh et al. 2022); MultiBench, arXiv 2107.07502",
        answer=answer,
        by_chance=True,
    )
)
