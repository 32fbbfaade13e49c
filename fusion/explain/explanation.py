"""Why a strategy gave its answer, and whether that can be believed: for one picture and one text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from fusion.answer import Contribution
from fusion.explain.base import EXPLAINERS, Relevance, case_of
from fusion.explain.faithfulness import Curves, order, patch_curves, random_orders, word_curves
from fusion.explain.words import striker
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
        return f"Removing what it marks changes the answer after {flips} of {what}; random order needs {at_random}."


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
    contribution: Contribution | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain types, as `explain --json` prints them."""
        shares = self.contribution
        return {
            "strategy": self.strategy,
            "explainer": self.explainer,
            "answer": {"label": self.label, "probability": self.probability},
            "image": {"grid": list(self.image.shape), "relevance": self.image.tolist()},
            "text": {"words": list(self.words), "relevance": list(self.text)},
            "faithfulness": {modality: check.to_dict() for modality, check in self.checks.items()},
            "contribution": None
            if shares is None
            else {"image": shares.image, "text": shares.text, "synergy": shares.synergy},
        }


def explained(
    model: FusionModel,
    image: Tokens,
    text: Tokens,
    target: int,
    explainer: str,
    settings: Mapping[str, float],
) -> tuple[Relevance, tuple[int, int]]:
    """What an explainer says of the target, and the rows and columns of the patches it speaks of."""
    case = case_of(model, image, text, target, settings)
    grid = case.image.grid or (1, case.image.sequence.shape[1])
    return EXPLAINERS[explainer].explain(case), (grid[0], grid[1])


def checked(
    model: FusionModel,
    image: Tokens,
    text: Tokens,
    target: int,
    relevance: Relevance,
    text_encoder: str,
    question: str,
    settings: Mapping[str, float],
) -> dict[str, Check]:
    """The explanation's curves over patches and over words, beside those of random orders."""
    case = case_of(model, image, text, target, settings)
    words = text.words[0] if text.words else ()
    strike = striker(text_encoder, question, words)
    checks = {}
    for modality, spoken, curves_of in (
        ("image", relevance.image, lambda orders: patch_curves(case, orders)),
        ("text", relevance.text, lambda orders: word_curves(case, orders, strike)),
    ):
        with torch.no_grad():
            its, *others = curves_of([order(spoken).cpu(), *random_orders(len(spoken))])
        checks[modality] = Check(
            its,
            random_deletion=float(np.mean([curve.deletion_auc for curve in others])),
            random_insertion=float(np.mean([curve.insertion_auc for curve in others])),
            random_flips=float(np.mean([curve.flips for curve in others])),
        )
    return checks
