"""Attention rollout: attention multiplied through the layers, half of each token staying where it is."""

import torch
from torch import Tensor

from fusion.explain.base import EXPLAINERS, Case, ExplainerRecord, Relevance
from fusion.explain.recording import record
from fusion.explain.rules import together


def explain(case: Case) -> Relevance:
    """Abnar and Zuidema 2020, arXiv 2005.00928, over both modalities side by side."""
    recorded = record(case)
    state = torch.eye(recorded.size, device=recorded.score.device)
    for step in recorded.flow.steps:
        updates = [
            (recorded.rows(read.by), roll(state, recorded.rows(read.by), recorded.rows(read.of), weights))
            for read in step
            for weights in [recorded.weights[read].detach().mean((0, 1))]
        ]
        state = together(state, updates)
    return Relevance(*recorded.read_out(state))


def roll(state: Tensor, by: Tensor, of: Tensor, weights: Tensor) -> Tensor:
    """What the tokens `by` (Q,) hold after reading `of` (K,) with weights (Q, K): state (T, T) to (Q, T)."""
    return 0.5 * state[by] + 0.5 * weights @ state[of]


EXPLAINERS.add(
    ExplainerRecord(
        name="rollout",
        summary="Attention followed through all layers.",
        source="Abnar and Zuidema 2020, arXiv 2005.00928",
        explain=explain,
        follows_attention=True,
    )
)
