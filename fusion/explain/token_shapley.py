"""Token-level Shapley values: regions of the picture and words as the players of one game."""

import torch
from torch import Tensor

from fusion.explain.base import BATCH, EXPLAINERS, Case, ExplainerRecord, Relevance
from fusion.explain.faithfulness import random_orders

ORDERS = 8
REGION = 2  # patches a side


def explain(case: Case) -> Relevance:
    """MM-SHAP's values (Parcalabescu and Frank 2023, arXiv 2212.08158) by captum's permutation sampling.

    All values together are exactly the answer's probability less that with typical patches alone and
    without a text; each patch has an even share of its region's.
    """
    from captum.attr import ShapleyValueSampling  # takes a second, which the page's start need not wait for

    regions = regions_of(case.image.grid or (1, case.image.sequence.shape[1])).to(case.image.mask.device)
    areas = regions.bincount()
    words = torch.ones(1, case.text.sequence.shape[1], device=regions.device)
    players = torch.ones(1, len(areas), device=regions.device)

    def answers(kept: Tensor, said: Tensor) -> Tensor:
        return case.kept(kept[:, regions] > 0.5, said > 0.5)

    sampling = ShapleyValueSampling(answers)
    sampling.permutation_generator = orders  # its own takes from the global generator, which others use too
    image, text = sampling.attribute(
        (players, words), target=case.target, n_samples=ORDERS, perturbations_per_eval=BATCH
    )
    return Relevance((image[0] / areas)[regions], text[0])


def orders(players: int, count: int) -> list[list[int]]:
    """Orders in which the players come, at random, the same each time."""
    return [order.tolist() for order in random_orders(players, count)]


def regions_of(grid: tuple[int, ...]) -> Tensor:
    """(N,) the region of each patch, REGION patches a side, less at the far edges."""
    rows, columns = (torch.arange(n) // REGION for n in grid)
    return (rows[:, None] * (int(columns[-1]) + 1) + columns).flatten()


EXPLAINERS.add(
    ExplainerRecord(
        name="shapley",
        summary="Each region's and each word's share of the answer, over the orders in which they may come.",
        source="Parcalabescu and Frank 2023, arXiv 2212.08158",
        explain=explain,
        additive=True,
    )
)
