"""Occlusion: how much the answer falls when a token and its neighbours are taken away."""

import torch
from torch import Tensor

from fusion.explain.base import BATCH, EXPLAINERS, Case, ExplainerRecord, Relevance

WINDOW = 3  # patches a side


def explain(case: Case) -> Relevance:
    """Zeiler and Fergus 2014, arXiv 1311.2901, by captum: windows of patches, and words one at a time."""
    from captum.attr import Occlusion  # takes a second, which the page's start need not wait for

    grid = case.image.grid or (1, case.image.sequence.shape[1])
    window = tuple(min(WINDOW, n) for n in grid)
    patches = torch.ones(1, *grid, device=case.image.mask.device)
    words = patches.new_ones(1, case.text.sequence.shape[1])

    def answers(patches: Tensor, words: Tensor) -> Tensor:
        return case.kept(patches.flatten(1) > 0.5, words > 0.5)

    image, text = Occlusion(answers).attribute(
        (patches, words), (window, (1,)), target=case.target, perturbations_per_eval=BATCH
    )
    return Relevance(image[0].flatten(), text[0])


EXPLAINERS.add(
    ExplainerRecord(
        name="occlusion",
        summary="How much the answer falls when patches side by side, or a word, are taken away.",
        source="Zeiler and Fergus 2014, arXiv 1311.2901",
        explain=explain,
    )
)
