"""Integrated gradients of the answer's score along the way from typical tokens to the real ones."""

from torch import Tensor

from fusion.explain.base import EXPLAINERS, Case, ExplainerRecord, Relevance

STEPS = 16


def explain(case: Case) -> Relevance:
    """Sundararajan et al. 2017, arXiv 1703.01365, by captum; a token's channels are summed."""
    from captum.attr import IntegratedGradients  # takes a second, which the page's start need not wait for

    inputs = case.image.sequence, case.text.sequence
    baselines = tuple(b.expand_as(x) for b, x in zip(case.baselines, inputs, strict=True))
    method = IntegratedGradients(lambda *tokens: _read_by_all(case, *tokens))
    found = method.attribute(inputs, baselines, target=case.target, n_steps=STEPS)
    image, text = (x[0].sum(-1).detach() for x in found)
    return Relevance(image, text)


def _read_by_all(case: Case, patches: Tensor, words: Tensor) -> Tensor:
    """The scores; captum wants each input to have a part in them, and a strategy may read only one."""
    return case.logits(patches, words) + 0 * (patches.sum() + words.sum())


EXPLAINERS.add(
    ExplainerRecord(
        name="integrated-gradients",
        summary="The answer's gradient, summed along the way from typical tokens to these.",
        source="Sundararajan et al. 2017, arXiv 1703.01365",
        explain=explain,
        additive=True,
    )
)
