"""Why a strategy gave its answer, and whether that can be believed: for one picture and one text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch

from fusion.errors import UserError
from fusion.explain.base import EXPLAINERS, Case, ExplainerRecord, Relevance, Strike, case_of
from fusion.explain.check import Check, verdict
from fusion.explain.faithfulness import chance_orders, order, patch_curves, word_curves
from fusion.explain.mm_shap import Shares, shares_of
from fusion.language import say
from fusion.model import FusionModel
from fusion.tokens import Tokens

DEFAULT = "rise"
RAW = "attention"  # the plainest, which every other should beat


@dataclass(frozen=True)
class Explanation:
    """What one explainer says of one answer.

    image: (rows, columns) relevance of each patch. text: relevance of each of the words. checks: by modality,
    those that have been made.
    """

    strategy: str
    explainer: str
    label: str
    probability: float
    image: np.ndarray
    words: tuple[str, ...]
    text: tuple[float, ...]
    checks: Mapping[str, Check] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain types, as `explain --json` prints them."""
        return {
            "strategy": self.strategy,
            "explainer": self.explainer,
            "answer": {"label": self.label, "probability": self.probability},
            "image": {"grid": list(self.image.shape), "relevance": self.image.tolist()},
            "text": {"words": list(self.words), "relevance": list(self.text)},
            "faithfulness": {modality: check.to_dict() for modality, check in self.checks.items()},
            "sentences": self.sentences(),
            "verdict": verdict(self.checks).sentence,
            **({"shares": self.shares.to_dict()} if EXPLAINERS[self.explainer].additive else {}),
        }

    @property
    def shares(self) -> Shares:
        """How much of what moved the answer words and regions make; only an additive explainer can tell."""
        relevance = Relevance(torch.from_numpy(self.image), torch.tensor(self.text))
        return shares_of(relevance, self.image.shape, self.words)

    def sentences(self) -> list[str]:
        """What the checks say, one each; a text may hold no word at all."""
        found = [check.sentence() for check in self.checks.values()]
        return found if self.words else [*found, say("The text holds no word that could be removed.")]


@dataclass(frozen=True)
class Explaining:
    """One answer of one strategy, to be explained: quickly by any explainer, then each checked."""

    case: Case
    label: str
    probability: float
    words: tuple[str, ...]

    def by(self, explainer: str) -> Explanation:
        """What the explainer says; raises UserError for one that cannot explain this strategy."""
        record, model = EXPLAINERS[explainer], self.case.model
        if not record.explains(model):
            able = ", ".join(explainers_of(model))
            raise UserError(
                say(
                    "{strategy} has no attention to follow; explain it by {able}.",
                    strategy=model.config.strategy,
                    able=able,
                )
            )
        relevance = record.explain(self.case)
        grid = self.case.image.grid or (1, self.case.image.sequence.shape[1])
        return Explanation(
            strategy=model.config.strategy,
            explainer=explainer,
            label=self.label,
            probability=self.probability,
            image=relevance.image.reshape(grid).cpu().numpy(),
            words=self.words,
            text=tuple(relevance.text[: len(self.words)].tolist()),
        )

    def checked(self, explanation: Explanation) -> Explanation:
        """The explanation with all its checks."""
        return replace(explanation, checks={m: self.check(explanation, m) for m in self.modalities})

    @property
    def modalities(self) -> tuple[str, ...]:
        """What can be checked: a text may hold no word."""
        return ("image", "text") if self.words else ("image",)

    def check(self, explanation: Explanation, modality: str) -> Check:
        """The explanation's curves over patches ("image") or words ("text"), beside random orders' and raw
        attention's."""
        relevance = torch.as_tensor(getattr(explanation, modality)).flatten()
        n = len(relevance)
        raw = [self.by(RAW)] if self._raw(explanation) else []
        orders = [order(torch.as_tensor(getattr(e, modality)).flatten()) for e in (explanation, *raw)]
        orders += chance_orders(n)
        own, *others = (patch_curves if modality == "image" else word_curves)(self.case, orders)
        return Check(modality, n, own, others[len(raw) :], others[0] if raw else None)

    def _raw(self, explanation: Explanation) -> bool:
        record: ExplainerRecord = EXPLAINERS[RAW]
        return record.name != explanation.explainer and record.explains(self.case.model)


def explainers_of(model: FusionModel) -> tuple[str, ...]:
    """Those that can explain the model."""
    return tuple(record.name for record in EXPLAINERS if record.explains(model))


def explaining(
    model: FusionModel,
    image: Tokens,
    text: Tokens,
    label_of: Sequence[str],
    strike: Strike,
    settings: Mapping[str, float] | None = None,
) -> Explaining:
    """The model's best answer to tokens of one sample, to be explained.

    label_of: the answers. strike: what encodes the text with some words struck out. settings: the strategy's
    live parameters.
    """
    with torch.inference_mode():
        shares = model(image, text, **(settings or {}))[0][0].softmax(0)
    target = int(shares.argmax())
    return Explaining(
        case=case_of(model, image, text, target, strike, settings),
        label=label_of[target],
        probability=float(shares[target]),
        words=text.words[0] if text.words else (),
    )
