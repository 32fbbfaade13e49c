"""A model whose other device is `meta`: it computes nothing there, and comes back as it was."""

from typing import Any

import torch
from torch import Tensor, nn

SIZE = 400  # bytes


class Movable(nn.Module):
    def __init__(self, value: float = 0.0, size: int = SIZE) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.full((size // 4,), float(value)))
        self._kept = self.weight.data

    def to(self, *args: Any, **kwargs: Any) -> "Movable":
        where = torch._C._nn._parse_to(*args, **kwargs)[0]
        if where is not None and where != self.weight.device:
            self.weight = nn.Parameter(self._kept.to("meta") if where.type == "meta" else self._kept)
        return self

    def forward(self, x: Tensor) -> Tensor:
        return x * self.weight.sum()

    @property
    def here(self) -> bool:
        return self.weight.device.type == "meta"
