"""Late fusion: the decision level, an average of two unimodal predictions."""

from torch import nn

from fusion.strategies.base import STRATEGIES, Fused, Parameter, Strategy, StrategyRecord
from fusion.tokens import Tokens


class Late(Strategy):
    """Two separate towers; a linear head makes the mean of their vectors the mean of their logits.

    A logarithmic opinion pool (Genest and Zidek 1986): softmax of the average of two unimodal logits.
    """

    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.image = _tower(width)
        self.text = _tower(width)

    def forward(self, image: Tokens | None, text: Tokens | None, image_weight: float = 0.5) -> Fused:
        """image_weight in [0, 1]: the say of the picture's prediction."""
        image, text = self.both(image, text)
        vector = image_weight * self.image(image.pooled) + (1 - image_weight) * self.text(text.pooled)
        weights = vector.new_tensor([image_weight, 1 - image_weight])
        return Fused(vector=vector, weights=weights.expand(len(vector), 2))


def _tower(width: int) -> nn.Module:
    return nn.Sequential(
        nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width), nn.LayerNorm(width)
    )


STRATEGIES.add(
    StrategyRecord(
        name="late",
        summary="Each modality predicts on its own; the average of both predictions decides.",
        formula="p = softmax(½ g_image(f_image) + ½ g_text(f_text))",
        source="Genest and Zidek 1986",
        build=Late,
        head="linear",
        parameters=(Parameter("image_weight", "Say of the picture", 0.0, 1.0),),
    )
)
