"""The cache model: a class is as likely as its examples are near, beside what its name alone tells.

Tip-Adapter, Zhang et al. 2022, arXiv 2111.03930 and 2207.09519, equations 5 to 7: the keys are unit features
of the examples, the values their classes, and

    logits = names + alpha * mean over a class's examples of exp(-beta (1 - q . key)).

Three things differ. Classes may have unequally many examples, so the mean stands in the place of the sum.
What the names tell is weighted too, as a name may tell nothing. And nothing is chosen on other data: weights
and sharpness are those under which each example is best told by all the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from math import log2

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, one_hot

# Chosen on CIFAR-10's first 1,000 training pictures: some as examples, the rest to be told.
NAMES = (0.0, 0.25, 0.5, 0.75, 1.0)
ALPHAS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
SHARPNESSES = (0.5, 1.0, 2.0, 4.0)
# Where there is little to choose by, these; each step away from them costs PULL times its square (in nats): a
# doubling is one, and a sixth of what the names count.
EXPECTED = (1.0, 8.0, 2.0)
PULL = 0.3
FAINTEST = 1e-6  # the smallest probability that a name can give
LEAST_SPREAD = 1e-3


@dataclass(frozen=True)
class Trust:
    """names: how much the zero-shot logits count. alpha: how much the examples do. sharpness: beta times the
    mean distance between examples, so that one range of it fits every encoder."""

    names: float
    alpha: float
    sharpness: float

    @property
    def surprise(self) -> float:
        """How far it is from what is expected, in nats."""
        names, alpha, sharpness = EXPECTED
        away = log2(self.alpha / alpha), log2(self.sharpness / sharpness), 6 * (self.names - names)
        return PULL * sum(step**2 for step in away)


def trusts() -> Iterator[Trust]:
    """All that are tried."""
    return (Trust(*numbers) for numbers in product(NAMES, ALPHAS, SHARPNESSES))


@dataclass(frozen=True)
class CacheModel:
    """One modality's examples.

    keys: (N, D) unit vectors. labels: (N,) the class of each. spread: mean distance 1 - q . key between
    examples.
    """

    keys: Tensor
    labels: Tensor
    classes: int
    trust: Trust
    spread: float

    @cached_property
    def values(self) -> Tensor:
        """(N, classes) one-hot."""
        return one_hot(self.labels, self.classes).float()

    @property
    def beta(self) -> float:
        return self.trust.sharpness / self.spread

    def logits(self, queries: Tensor, names: Tensor) -> Tensor:
        """(Q, classes) of unit vectors (Q, D) and of zero-shot log probabilities (Q, classes)."""
        near = torch.exp(-self.beta * (1 - queries @ self.keys.T))  # (Q, N)
        return self.trust.names * names + self.trust.alpha * _means(near, self.values)


@dataclass(frozen=True)
class LeftOut:
    """Each example as all others tell it.

    logits: (N, classes) with the trust that was chosen on all. honest: the same with the trust that is
    chosen without that example's own score, so that what was chosen to fit is not counted as success.
    """

    logits: Tensor
    honest: Tensor


def fitted(keys: Tensor, labels: Tensor, names: Tensor, classes: int) -> tuple[CacheModel, LeftOut]:
    """The model of at least one example, and every example left out in turn.

    keys: (N, D) unit vectors. labels: (N,). names: (N, classes) zero-shot log probabilities of the examples.
    An example that is the only one of its class is told by its name alone while the trust is chosen: the
    others say nothing of it.
    """
    model = CacheModel(keys, labels, classes, Trust(*EXPECTED), 1.0)
    distances = 1 - keys @ keys.T
    spread = _spread_without(distances)  # (N,)
    everything = list(trusts())
    alone = (model.values.sum(0)[labels] == 1)[:, None]
    nearness = {s: _left_out_means(distances / spread[:, None], s, model.values) for s in SHARPNESSES}
    candidates = torch.stack([t.names * names + t.alpha * nearness[t.sharpness] for t in everything])
    by_name = torch.stack([t.names * names for t in everything])  # (trusts, N, classes)
    scored = torch.where(alone, by_name, candidates)
    losses = torch.stack([cross_entropy(x, labels, reduction="none") for x in scored])  # (trusts, N)
    total = losses.sum(1) + torch.tensor([trust.surprise for trust in everything])
    best = int(total.argmin())
    others = (total[:, None] - losses).argmin(0)  # (N,)
    honest = candidates[others, torch.arange(len(labels))]
    whole = float(_mean_distance(distances)) if len(labels) > 1 else 1.0
    model = replace(model, trust=everything[best], spread=max(whole, LEAST_SPREAD))
    return model, LeftOut(candidates[best], honest)


def left_out(model: CacheModel, names: Tensor, without: Tensor) -> Tensor:
    """(N, classes) of every example by the model's trust and the others, less those `without` (N,) is true
    for: no example is told by itself or by one of these."""
    distances = (1 - model.keys @ model.keys.T) / model.spread
    near = _means(_others(torch.exp(-model.trust.sharpness * distances), without), model.values)
    return model.trust.names * names + model.trust.alpha * near


def _left_out_means(distances: Tensor, sharpness: float, values: Tensor) -> Tensor:
    return _means(_others(torch.exp(-sharpness * distances)), values)


def _others(near: Tensor, without: Tensor | None = None) -> Tensor:
    """Nearness (N, N) with what does not count as nan: an example to itself, and columns left out."""
    near = near.clone()
    near.fill_diagonal_(torch.nan)
    if without is not None:
        near[:, without] = torch.nan
    return near


def _means(near: Tensor, values: Tensor) -> Tensor:
    """Mean nearness (Q, classes) of what is not nan; a class without any is as near as the others are on
    average, so that nothing is said of it."""
    counted = (~near.isnan()).float()
    sums, counts = near.nan_to_num() @ values, counted @ values
    means = sums / counts.clamp(min=1)
    told = (counts > 0).float()
    average = (means * told).sum(1, keepdim=True) / told.sum(1, keepdim=True).clamp(min=1)
    return torch.where(counts > 0, means, average)


def _mean_distance(distances: Tensor) -> Tensor:
    n = len(distances)
    return (distances.sum() - distances.diagonal().sum()) / (n * (n - 1))


def _spread_without(distances: Tensor) -> Tensor:
    """(N,) the mean distance between the examples other than each; among fewer than three, among all."""
    n = len(distances)
    if n < 3:
        return torch.full((n,), max(float(_mean_distance(distances)) if n > 1 else 1.0, LEAST_SPREAD))
    off = distances - torch.diag(distances.diagonal())
    return ((off.sum() - 2 * off.sum(1)) / ((n - 1) * (n - 2))).clamp(min=LEAST_SPREAD)
