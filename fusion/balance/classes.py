"""Classes of unequal size: weights for their errors, and draws in which all come equally often."""

import numpy as np
import torch
from sklearn.utils.class_weight import compute_class_weight
from torch import Tensor


def class_weights(labels: Tensor, classes: int) -> Tensor:
    """(classes,) n / (k n_c) of the k classes that occur in labels (n,), n_c times each; 1 for the others.

    King and Zeng 2001, as scikit-learn's "balanced". The mean over the samples is 1.
    """
    there = np.unique(labels.numpy())
    weights = torch.ones(classes)
    balanced = compute_class_weight("balanced", classes=there, y=labels.numpy())
    weights[torch.from_numpy(there)] = torch.from_numpy(balanced).float()
    return weights


def drawn_evenly(labels: Tensor, generator: torch.Generator) -> Tensor:
    """As many positions in labels (n,) as there are, drawn with replacement so that every class that occurs
    is equally likely."""
    chances = 1.0 / torch.bincount(labels)[labels].double()
    return torch.multinomial(chances, len(labels), replacement=True, generator=generator)
