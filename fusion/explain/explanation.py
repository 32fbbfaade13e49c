"""Why a strategy gave its answer, and whether that can be believed: for one picture and one text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from fusion.errors import UserError
from fusion.explain.base import EXPLAINERS, Case, Relevance, Strike, case_of
from fusion.explain.faithfulness import Curves, order, patch_curves, random_orders, word_curves
from fusion.model import FusionModel
from fusion.tokens import Tokens

DEFAULT = "integrated-gradients"


@dataclass(frozen=True)
class Check:
    """An explanation's curves, and the mean of orders at random."""

    curves: Curves
    random_deletion: float
    random_insertion: float
    random_flips: float

    def to_dict(self) -> dict[str, Any]:
        return {
            "shares": self.curves.shares.tolist(),
            "deletion": self.curves.deletion.tolist(),
            "insertion": self.curves.insertion.tolist(),
            "deletion_auc": self.curves.deletion_auc,
            "insertion_auc": self.curves.insertion_auc,
            "random_deletion_auc": self.random_deletion,
            "random_insertion_auc": self.random_insertion,
            "changes_after": self.curves.flips,
            "random_changes_after": self.random_flips,
        }

    def sentence(self, what: str) -> str:
        """In words; what: that of which a share is taken away, such as "the picture"."""
        flips, at_random = f"{self.curves.flips:.0%}", f"{self.random_flips:.0%}"
        if self.curves.flips >= 1:
            return f"Removing what it marks does not change the answer before all of {what} is gone."
        return (
            f"Removing what it marks changes the answer after {flips} of {what}; "
            f"random order needs {at_random}."
        )


@dataclass(frozen=True)
class Explanation:
    """What one explainer says of one answer.

    image: (rows, columns) relevance of each patch. text: relevance of each of the words. checks: by modality.
    """

    strategy: str
    explainer: str
    label: str
    probability: float
    image: np.ndarray
    words: tuple[str, ...]
    text: tuple[float, ...]
    checks: Mapping[str, Check]

    def to_dict(self) -> dict[str, Any]:
        """Plain types, as `explain --json` prints them."""
        return {
            "strategy": self.strategy,
            "explainer": self.explainer,
            "answer": {"label": self.label, "probability": self.probability},
            "image": {"grid": list(self.image.shape), "relevance": self.image.tolist()},
            "text": {"words": list(self.words), "relevance": list(self.text)},
            "faithfulness": {modality: check.to_dict() for modality, check in self.checks.items()},
            "sentences": [
                self.checks["image"].sentence("the picture"),
                self.checks["text"].sentence("the text"),
            ],
        }


def explained(
    model: FusionModel,
    image: Tokens,
    text: Tokens,
    label_of: Sequence[str],
    explainer: str,
    strike: Strike,
) -> Explanation:
    """Why the model gives its best answer to tokens of one sample, and whether that can be believed.

    label_of: the answers. strike: what encodes the text with some words struck out. Raises UserError for an
    explainer that does not know how to explain this strategy.
    """
    record = EXPLAINERS[explainer]
    if not record.explains(model):
        able = ", ".join(other.name for other in EXPLAINERS if other.explains(model))
        raise UserError(f"{model.config.strategy} has no attention to follow; explain it by {able}.")
    with torch.inference_mode():
        shares = model(image, text)[0][0].softmax(0)
    target = int(shares.argmax())
    case = case_of(model, image, text, target, strike)
    relevance = record.explain(case)
    grid = case.image.grid or (1, case.image.sequence.shape[1])
    return Explanation(
        strategy=model.config.strategy,
        explainer=explainer,
        label=label_of[target],
        probability=float(shares[target]),
        image=relevance.image.reshape(grid).cpu().numpy(),
        words=text.words[0] if text.words else (),
        text=tuple(relevance.text.tolist()),
        checks=_checks(case, relevance),
    )


def _checks(case: Case, relevance: Relevance) -> dict[str, Check]:
    """The explanation's curves over patches and over words, beside those of random orders."""
    checks = {}
    for modality, spoken, curves_of in (
        ("image", relevance.image, lambda orders: patch_curves(case, orders)),
        ("text", relevance.text, lambda orders: word_curves(case, orders)),
    ):
        its, *others = curves_of([order(spoken).cpu(), *random_orders(len(spoken))])
        checks[modality] = Check(
            its,
            random_deletion=float(np.mean([curve.deletion_auc for curve in others])),
            random_insertion=float(np.mean([curve.insertion_auc for curve in others])),
            random_flips=float(np.mean([curve.flips for curve in others])),
        )
    return checks
