"""The two unimodal baselines: one modality answers alone (the article's 单模态处理)."""

from fusion.strategies.base import STRATEGIES, Fused, Strategy, StrategyRecord
from fusion.tokens import Tokens


class ImageOnly(Strategy):
    """The picture alone; the text is never read."""

    def forward(self, image: Tokens | None, text: Tokens | None) -> Fused:
        return Fused(vector=self.both(image, text)[0].pooled)


class TextOnly(Strategy):
    """The text alone; the picture is never read."""

    def forward(self, image: Tokens | None, text: Tokens | None) -> Fused:
        return Fused(vector=self.both(image, text)[1].pooled)


STRATEGIES.add(
    StrategyRecord(
        name="image-only",
        summary="Baseline: the picture alone answers, whatever the text says.",
        formula="h = f_image",
        source="unimodal baseline",
        build=ImageOnly,
        term="单模态处理",
        modality="image",
    )
)
STRATEGIES.add(
    StrategyRecord(
        name="text-only",
        summary="Baseline: the text alone answers, without seeing the picture.",
        formula="h = f_text",
        source="unimodal baseline",
        build=TextOnly,
        term="单模态处理",
        modality="text",
    )
)
