"""Answers that share strength: scored by what their words mean as well as each by itself."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from fusion.model import FusionModel

RIDGE = 1.0
RANK_TOLERANCE = 1e-3  # of the greatest singular value; smaller ones are rounding


class _Told(nn.Module):
    """An output layer's rows as what the answers' vectors E say: E R, in the place of its own."""

    vectors: Tensor

    def __init__(self, vectors: Tensor, read: Tensor) -> None:
        super().__init__()
        self.register_buffer("vectors", vectors, persistent=False)  # (classes, E)
        self.read = nn.Parameter(read)  # (E, width)

    def forward(self, weight: Tensor) -> Tensor:
        return self.vectors @ self.read


def _reading(unit: Tensor, basis: Tensor) -> Tensor:
    """(E, d) by which answers (classes, E) are told apart on the directions basis (d, E).

    Ridge regression of which answer it is on its vector, so that near ones compete; rows about 1 long.
    """
    gram = unit.T @ unit + RIDGE * torch.eye(unit.shape[1], device=unit.device)
    read = torch.linalg.solve(gram, basis.T)
    return read / (unit @ read).norm(dim=1).mean()


@contextmanager
def told_answers(model: FusionModel, answers: Tensor | None) -> Iterator[None]:
    """While in the block, train the model's last layer with the answers' text vectors (classes, E).

    What was learned is one plain linear layer afterwards. The common map R lets answers that mean alike be
    learned from each other, and those that training hardly shows at all, as in DeViSE (Frome et al. 2013).
    Rows of their own beside it lost on held-out objects. Where both encoders share that space, training
    starts from it: both modalities are projected onto the answers' main directions, and R reads them there,
    so that an answer is likely when what is seen or asked says its name. None leaves the layer as it is.
    """
    if answers is None:
        yield
        return
    unit = nn.functional.normalize(answers - answers.mean(0), dim=1).to(model.out.weight)
    read = torch.randn(unit.shape[1], model.out.in_features) * unit.shape[1] ** -0.5
    if model.config.common == unit.shape[1]:
        width = model.config.width
        basis = torch.linalg.svd(unit, full_matrices=False).Vh[:width]  # (d or fewer, E)
        model.start_from(basis)
        if model.naming is not None:
            model.naming.tell(unit)
        reading = nn.functional.pad(_reading(unit, basis), (0, width - len(basis)))
        read = reading.repeat(1, model.out.in_features // width) + 0.1 * read
    parametrize.register_parametrization(model.out, "weight", _Told(unit, read.to(unit)))
    try:
        yield
    finally:
        parametrize.remove_parametrizations(model.out, "weight", leave_parametrized=True)


@torch.no_grad()
def set_answers(model: FusionModel, rows: Tensor, weight: Tensor, bias: Tensor) -> None:
    """Give the rows (k,) of the model's last layer their weight (k, width) and bias (k,).

    While answers are told, by the least change of R that makes E R so: R + E_k^+ (W - E_k R), with E_k^+ the
    pseudo-inverse of their vectors. Other answers move as far as they mean alike.
    """
    model.out.bias[rows] = bias
    told = next((module for module in model.out.modules() if isinstance(module, _Told)), None)
    if told is None:
        model.out.weight[rows] = weight
        return
    vectors = told.vectors[rows]  # (k, E)
    told.read.add_(torch.linalg.pinv(vectors, rtol=RANK_TOLERANCE) @ (weight - vectors @ told.read))
