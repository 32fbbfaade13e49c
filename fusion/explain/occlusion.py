"""Occlusion: how much the answer's score falls when a token gives way to a typical one."""

import torch

from fusion.explain.base import BATCH, EXPLAINERS, Case, ExplainerRecord, Relevance


def explain(case: Case) -> Relevance:
    """Zeiler and Fergus 2014, arXiv 1311.2901, by captum, one token at a time."""
    from captum.attr import Occlusion  # takes a second, which the page's start need not wait for

    inputs = case.image.sequence, case.text.sequence
    baselines = tuple(b.expand_as(x) for b, x in zip(case.baselines, inputs, strict=True))
    with torch.no_grad():
        found = Occlusion(case.logits).attribute(
            inputs,
            sliding_window_shapes=tuple((1, x.shape[-1]) for x in inputs),
            baselines=baselines,
            target=case.target,
            perturbations_per_eval=BATCH,
        )
    image, text = (x[0, :, 0] for x in found)
    return Relevance(image, text)


EXPLAINERS.add(
    ExplainerRecord(
        name="occlusion",
        summary="How much the answer falls when a patch or a word gives way to a typical one.",
        source="Zeiler and Fergus 2014, arXiv 1311.2901",
        explain=explain,
    )
)
