"""Imagined things: class evidence where no picture shows them, so that heads learn names without pictures.

What a network says of a class it also says, weaker, of the class's kin: near things are confused. The
weights of its classifier tell which are near.
"""

import random

import torch
import torch.nn.functional as F
from torch import Tensor

from fusion.encoders.base import Thing
from fusion.vocabulary import by_name

# Logits at the heart of a thing, from hardly recognised to plain; of photographs, at single places, 8 to 25.
STRENGTH = (7.0, 24.0)
CLUTTER = 0.6  # of the strength: what another class, seen by mistake, may reach
KEPT = 0.7  # of what the backdrop says by itself


def imagined_logits(things: tuple[Thing, ...], kin: Tensor, grid: tuple[int, int]) -> Tensor:
    """Class logits (1000, rows, columns) that the things add, the same each time.

    kin: (1000, 1000) cosine similarity of the classes.
    """
    random_ = random.Random(str([(thing.name, thing.box) for thing in things]))
    added = kin.new_zeros(len(kin), *grid)
    for thing in things:
        classes = by_name()[thing.name].classes
        strength = random_.uniform(*STRENGTH)
        mistaken = random_.randrange(len(kin))
        says = strength * kin[random_.choice(classes)]
        says = says + strength * random_.uniform(0, CLUTTER) * kin[mistaken]
        noise = torch.randn(len(kin), generator=torch.Generator().manual_seed(random_.randrange(2**31)))
        says = says + noise.to(kin) * random_.uniform(0, 1.2)
        added += says[:, None, None] * _bump(thing.box, grid).to(kin)
    return added


def kinship(weight: Tensor) -> Tensor:
    """Cosine similarity of a classifier's rows about their mean: (classes, D) -> (classes, classes)."""
    unit = F.normalize(weight - weight.mean(0), dim=1)
    return unit @ unit.T


def _bump(box: tuple[float, float, float, float], grid: tuple[int, int]) -> Tensor:
    """(rows, columns) from 1 at the middle of a box to 0 a little outside it."""
    left, top, right, bottom = box

    def along(low: float, high: float, n: int) -> Tensor:
        at = (torch.arange(n) + 0.5) / n
        half = max((high - low) / 2, 0.5 / n)
        return torch.exp(-(((at - (low + high) / 2).abs() / half) ** 4) * 0.7)

    return along(top, bottom, grid[0])[:, None] * along(left, right, grid[1])
