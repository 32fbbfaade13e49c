"""Raw attention: how much attention each token receives, whatever was done with it."""

import torch

from fusion.explain.base import EXPLAINERS, Case, ExplainerRecord, Relevance
from fusion.explain.recording import record


def explain(case: Case) -> Relevance:
    """The mean weight that each patch and each word receives, over layers, heads and queries."""
    recorded = record(case)
    received = torch.zeros(recorded.size, device=recorded.score.device)
    for read, weights in recorded.weights.items():
        received[recorded.rows(read.of)] += weights.detach().mean((0, 1, 2))
    return Relevance(received[recorded.places["image"]], received[recorded.places["text"]])


EXPLAINERS.add(
    ExplainerRecord(
        name="attention",
        summary="How much attention each patch and each word receives.",
        source="Bahdanau et al. 2015, arXiv 1409.0473",
        explain=explain,
        follows_attention=True,
    )
)
