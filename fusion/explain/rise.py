"""RISE: how much likelier the answer is with a token than without it, in the mean over random remains."""

from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor

from fusion.explain.base import EXPLAINERS, Case, ExplainerRecord, Relevance

MASKS = 400  # of the picture
TEXTS = 64
CELLS = 4  # a side, of the coarse mask behind each mask
SHARES = (0.1, 0.3, 0.6, 0.85)  # of the patches that stay


def explain(case: Case) -> Relevance:
    """Petsiuk et al. 2018, arXiv 1806.07421, with the other modality whole.

    Instead of one probability of staying, several shares of the picture stay in turn, as deletion and
    insertion pass through all of them; of a short text, every part is tried.
    """
    grid = case.image.grid or (1, case.image.sequence.shape[1])
    device = case.image.mask.device
    patches, share = masks(grid)
    seen = case.with_patches(patches.to(device))[:, case.target].cpu()
    for each in range(len(SHARES)):
        seen[share == each] -= seen[share == each].mean()
    words = parts(case.text.sequence.shape[1])
    said = case.with_words(words.to(device))[:, case.target].cpu()
    return Relevance(difference(patches, seen), difference(words, said))


def difference(keep: Tensor, answer: Tensor) -> Tensor:
    """Mean answer (B,) where a token stays less that where it does not, for each token of (B, N)."""
    kept = keep.to(answer.dtype)
    stays, goes = kept.sum(0).clamp(min=1), (1 - kept).sum(0).clamp(min=1)
    return (answer @ kept) / stays - (answer @ (1 - kept)) / goes


@cache
def masks(grid: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """(B, N) smooth shapes of patches that stay, the same each time, and the index of the share of each."""
    rows, columns = grid
    generator = torch.Generator().manual_seed(0)
    coarse = torch.rand(MASKS, 1, CELLS, CELLS, generator=generator)
    # A patch more each way, of which a window is taken at random: no edge of the coarse mask stands still.
    level = F.interpolate(coarse, size=(rows + 2, columns + 2), mode="bilinear", align_corners=False)
    starts = torch.randint(0, 3, (MASKS, 2), generator=generator).tolist()
    windows = [x[0, i : i + rows, j : j + columns] for x, (i, j) in zip(level, starts, strict=True)]
    share = torch.arange(MASKS) % len(SHARES)
    n = rows * columns
    stay = (torch.tensor(SHARES) * n).round().clamp(1, max(1, n - 1))[share]
    return torch.stack(windows).flatten(1).argsort(1, descending=True).argsort(1) < stay[:, None], share


def parts(n: int) -> Tensor:
    """(B, n) parts of n words: all of them where they are at most TEXTS, else as many at random."""
    if 2**n <= TEXTS:
        return (torch.arange(2**n)[:, None] >> torch.arange(n)) % 2 > 0
    half = torch.rand(TEXTS // 2, n, generator=torch.Generator().manual_seed(0)) < 0.5
    return torch.cat([half, ~half])


EXPLAINERS.add(
    ExplainerRecord(
        name="rise",
        summary="How much likelier the answer is with a patch or a word than without it, on average.",
        source="Petsiuk et al. 2018, arXiv 1806.07421",
        explain=explain,
    )
)
