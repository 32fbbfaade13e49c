"""Grad-CAM on the tokens: channels weighted by how much the answer rises with them."""

import torch
from torch import Tensor

from fusion.explain.base import EXPLAINERS, Case, ExplainerRecord, Relevance


def explain(case: Case) -> Relevance:
    """Selvaraju et al. 2017, arXiv 1610.02391, on the tokens about a typical one as the feature map."""
    patches, words = (x.detach().requires_grad_() for x in (case.image.sequence, case.text.sequence))
    with torch.enable_grad():
        score = case.logits(patches, words)[0, case.target]
    gradients = torch.autograd.grad(score, (patches, words), materialize_grads=True)
    return Relevance(
        *(
            class_activation(x.detach()[0] - baseline, gradient[0])
            for x, gradient, baseline in zip((patches, words), gradients, case.baselines, strict=True)
        )
    )


def class_activation(tokens: Tensor, gradients: Tensor) -> Tensor:
    """Equations 1 and 2: (N, D) twice to (N,), never less than 0."""
    return (tokens @ gradients.mean(0)).clamp(min=0)


EXPLAINERS.add(
    ExplainerRecord(
        name="grad-cam",
        summary="Channels weighted by how much the answer rises with them.",
        source="Selvaraju et al. 2017, arXiv 1610.02391",
        explain=explain,
    )
)
