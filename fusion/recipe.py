"""How to fit: what a person may set."""

import math
from dataclasses import dataclass
from typing import Any

from fusion.errors import UserError
from fusion.language import say

STEPS = 20  # an epoch
LEAST = 32  # samples a step


@dataclass(frozen=True)
class Recipe:
    """How to fit.

    epochs: None for as many as the strategy is made for. batch: samples a step, of a small set fewer
    (`batch_of`). patience: epochs without a better validation score before stopping.
    modality_dropout: share of samples that lose their picture, and as many their text, so that the absent
    tokens are learned and either modality may be missing later. copies: augmented views of each sample,
    encoded beside it. shots: at most so many samples of each class to train on, and as many to validate on;
    None for all.
    class_weights: errors on rare classes weigh more. balanced: every class is drawn equally often.
    modulation: how strongly the modality that is ahead is slowed down (alpha of OGM-GE), 0 for not at all.
    blending: the losses of either modality alone join in, weighed by how they overfit (G-Blend).
    """

    epochs: int | None = None
    batch: int = 256
    rate: float = 2e-3
    weight_decay: float = 0.02
    warmup: float = 0.1
    patience: int = 5
    modality_dropout: float = 0.05
    copies: int = 0
    seed: int = 0
    shots: int | None = None
    class_weights: bool = False
    balanced: bool = False
    modulation: float = 0.0
    blending: bool = False

    def __post_init__(self) -> None:
        few = self.epochs is not None and self.epochs < 1
        if few or self.copies < 0 or not 0 <= self.modality_dropout < 1:
            raise UserError(
                say("A fit takes at least 1 epoch, 0 copies and a modality dropout from 0 up to 1.")
            )
        if self.shots is not None and self.shots < 1:
            raise UserError(say("A fit takes at least 1 example of each class."))
        if self.class_weights and self.balanced:
            raise UserError(say("A fit takes class weights or balanced samples; both would correct twice."))
        if not 0 <= self.modulation < math.inf:
            raise UserError(say("A fit takes a strength of modulation from 0 up."))
        if not 0 <= self.seed < 2**63:
            raise UserError(say("A seed is a whole number from 0 up to 2 to the power of 63."))

    def batch_of(self, samples: int) -> int:
        """Samples a step of so many: few enough for STEPS an epoch, but LEAST unless `batch` is less.

        With a handful of steps an epoch, strategies stop short of what they can learn.
        """
        return min(self.batch, max(LEAST, samples // STEPS))


def few_shot(shots: int, **changes: Any) -> Recipe:
    """How to fit where each class has so few examples: small batches, and as many steps as that takes."""
    return Recipe(**{"epochs": 60, "batch": 32, "patience": 60, "shots": shots} | changes)
