"""Examples made by hand: features in clouds about a centre for each class."""

import torch
from torch import Tensor
from torch.nn.functional import normalize


def clouds(counts: list[int], width: int = 12, spread: float = 0.5, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Unit vectors (N, width) and their labels (N,), as many of each class as `counts` says."""
    generator = torch.Generator().manual_seed(seed)
    centres = torch.randn(len(counts), width, generator=generator)
    labels = torch.tensor([label for label, n in enumerate(counts) for _ in range(n)])
    noise = torch.randn(len(labels), width, generator=generator)
    return normalize(centres[labels] + spread * noise, dim=1), labels


def guesses(n: int, classes: int, seed: int = 1) -> Tensor:
    """(n, classes) log probabilities that know nothing."""
    return torch.randn(n, classes, generator=torch.Generator().manual_seed(seed)).log_softmax(1)
