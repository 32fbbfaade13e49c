"""Interactive encoding: words attend to patches and patches to words (交互式编码)."""

import torch
from torch import nn

from fusion.attention import CrossAttend, SelfBlock, masked_mean
from fusion.strategies.base import STRATEGIES, Fused, Strategy, StrategyRecord
from fusion.tokens import Tokens

DROP = 0.2


class CrossAttention(Strategy):
    """Layers in which words read the patches, then each other; between layers the patches read the words.

    Each word starts with the whole picture added to it, as a gist (Oliva and Torralba 2006).
    LXMERT (Tan and Bansal 2019, arXiv 1908.07490) and ViLBERT (Lu et al. 2019, arXiv 1908.02265).
    The recorded attention is that of the words over the patches.
    """

    def __init__(self, width: int, layers: int = 2) -> None:
        super().__init__(width)
        self.gist = nn.Linear(width, width)
        self.words_read = nn.ModuleList(CrossAttend(width, drop=DROP) for _ in range(layers))
        self.words_mix = nn.ModuleList(SelfBlock(width) for _ in range(layers))
        self.patches_read = nn.ModuleList(CrossAttend(width) for _ in range(layers - 1))
        self.norm = nn.LayerNorm(width)

    def forward(self, image: Tokens | None, text: Tokens | None) -> Fused:
        image, text = self.both(image, text)
        patches = image.sequence
        words = text.sequence + self.gist(image.pooled)[:, None]  # (B, N_text, d)
        attention = []
        for i, (read, mix) in enumerate(zip(self.words_read, self.words_mix, strict=True)):
            if i > 0:
                patches, _ = self.patches_read[i - 1](patches, words, text.mask)  # (B, N_image, d)
            words, weights = read(words, patches, image.mask)
            words = mix(words, text.mask)  # (B, N_text, d)
            attention.append(weights)
        words = self.norm(words)
        return Fused(
            vector=masked_mean(words, text.mask),
            attention=torch.stack(attention, dim=1) * text.mask[:, None, None, :, None],
            sequence=words,
            mask=text.mask,
        )


STRATEGIES.add(
    StrategyRecord(
        name="cross-attention",
        summary="Words look at patches and patches at words, layer by layer; shows where each word looked.",
        formula="words ← softmax(Q_words K_patchesᵀ / √d) V_patches, and back",
        source="LXMERT, arXiv 1908.07490",
        build=CrossAttention,
        term="交互式编码",
        grid=(10, 10),
        epochs=5,
    )
)
