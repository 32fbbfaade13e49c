"""What the lens gives back: the answers of the strategies to one picture and one text."""

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

Modality = Literal["both", "image", "text"]


@dataclass(frozen=True)
class Contribution:
    """Exact two-player Shapley values of the top answer's probability, and the synergy.

    image + text is the probability with both inputs less that with neither. synergy is no part of that sum:
    it is what both bring together beyond the sum of what each brings alone. values: the probabilities with
    both, the image alone, the text alone and neither. says: what these say in words.
    """

    image: float
    text: float
    synergy: float
    values: tuple[float, float, float, float]
    says: str


@dataclass(frozen=True)
class AttentionMaps:
    """What each word looked at: weights (layers, heads, words, rows, columns).

    A map of attention sums to 1; one of evidence, of one layer and head, tells where each word is seen, from
    0 to 1.
    """

    weights: np.ndarray
    words: tuple[str, ...]
    evidence: bool = False


@dataclass(frozen=True)
class Answer:
    """The answer of one strategy, or of a reference model.

    answers: (label, probability) for every label, best first.
    milliseconds: time of fusion and head alone, tokens already encoded.
    parameters: number of trained parameters of the strategy with its alignment and head.
    weights: how much of image and text passed, for strategies that weigh; they sum to 1.
    accuracy: of a shipped checkpoint on the task's test split; None for one that the person fitted.
    sure_from: the probability from which, on held-out inputs, most answers were right; 0 where none was
    measured, and infinite where the text cannot be read.
    """

    strategy: str
    answers: tuple[tuple[str, float], ...]
    milliseconds: float
    parameters: int
    contribution: Contribution | None = None
    attention: AttentionMaps | None = None
    weights: tuple[float, float] | None = None
    accuracy: float | None = None
    sure_from: float = 0.0

    @property
    def label(self) -> str:
        return self.answers[0][0]

    @property
    def probability(self) -> float:
        return self.answers[0][1]

    @property
    def sure(self) -> bool:
        return self.probability >= self.sure_from


@dataclass(frozen=True)
class Reply:
    """The answers of one or more strategies to one input, those of reference models after them.

    modality: "both", or the only one that was given, in which case its unimodal baseline answers.
    hints: plain sentences on why to distrust the answers, empty when there is no reason to.
    """

    question: str
    task: str
    image_encoder: str
    text_encoder: str
    device: str
    modality: Modality
    results: tuple[Answer, ...]
    hints: tuple[str, ...] = field(default=())

    def to_dict(self, text_key: str = "question", top: int | None = 5) -> dict[str, Any]:
        """The object that `ask --json` prints: plain types, the best `top` labels of each strategy."""
        return {
            text_key: self.question,
            "task": self.task,
            "encoders": {"image": self.image_encoder, "text": self.text_encoder},
            "device": self.device,
            "modality": self.modality,
            "hints": list(self.hints),
            "results": [_answer_dict(answer, top) for answer in self.results],
        }


def _answer_dict(answer: Answer, top: int | None) -> dict[str, Any]:
    shares = answer.contribution
    return {
        "strategy": answer.strategy,
        "answers": [{"label": label, "probability": p} for label, p in answer.answers[:top]],
        "milliseconds": answer.milliseconds,
        "parameters": answer.parameters,
        "contribution": None
        if shares is None
        else {"image": shares.image, "text": shares.text, "synergy": shares.synergy, "says": shares.says},
        "weights": None
        if answer.weights is None
        else {"image": answer.weights[0], "text": answer.weights[1]},
        "accuracy": answer.accuracy,
        "sure": answer.sure,
    }
