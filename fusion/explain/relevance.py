"""Attention relevance: attention weighted by its gradient and followed through both modalities."""

import torch

from fusion.explain.base import EXPLAINERS, Case, ExplainerRecord, Relevance
from fusion.explain.recording import record
from fusion.explain.rules import read_other, read_own, together, weighted_by_gradient


def explain(case: Case) -> Relevance:
    """Chefer et al. 2021, arXiv 2103.15679."""
    recorded = record(case)
    gradients = recorded.gradients()
    state = torch.eye(recorded.size, device=recorded.score.device)
    for step in recorded.flow.steps:
        updates = []
        for read in step:
            weights = weighted_by_gradient(recorded.weights[read].detach(), gradients[read])[0]  # (Q, K)
            s, q = recorded.rows(read.by), recorded.rows(read.of)
            same = read.by == read.of
            updates.append((s, read_own(state, s, weights) if same else read_other(state, s, q, weights)))
        state = together(state, updates)
    return Relevance(*recorded.read_out(state - torch.eye(recorded.size, device=state.device)))


EXPLAINERS.add(
    ExplainerRecord(
        name="relevance",
        summary="Attention that speaks for the answer, followed through all layers.",
        source="Chefer et al. 2021, arXiv 2103.15679",
        explain=explain,
        follows_attention=True,
    )
)
