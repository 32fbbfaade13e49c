"""Alignment, strategy and head as one trainable module."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from fusion.align import Aligner
from fusion.heads import HEADS
from fusion.naming import Naming
from fusion.strategies import STRATEGIES, Fused
from fusion.tokens import Tokens


@dataclass(frozen=True)
class ModelConfig:
    """What a model is made of; a checkpoint stores it beside the weights.

    image_width, text_width: D of each encoder. width: d after alignment. head "": the one that suits.
    grid: rows and columns that pictures are interpolated to, () for the encoder's own; None for what the
    strategy asks for. common: leading channels of both encoders that stand in one space.
    """

    strategy: str
    image_width: int
    text_width: int
    classes: int
    width: int = 128
    head: str = ""
    grid: tuple[int, ...] | None = None
    common: int = 0


class FusionModel(nn.Module):
    """Align both modalities, fuse them with one strategy, score the classes."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        record = STRATEGIES[config.strategy]
        self.config = config
        grid = record.grid if config.grid is None else config.grid
        self.align_image = Aligner(config.image_width, config.width, grid, config.common)
        # Words have no grid to interpolate; pooled strategies read no words either.
        words = None if record.grid is None else ()
        self.align_text = Aligner(config.text_width, config.width, words, config.common)
        self.strategy = record.build(config.width)
        head = HEADS[config.head or record.head or suitable_head(config.common)]
        self.head = head.build(self.strategy.output_width, config.classes)
        names = bool(config.common) and record.modality == "both"
        self.naming = Naming(config.common, config.width, config.classes) if names else None

    def forward(
        self,
        image: Tokens | None,
        text: Tokens | None,
        rows: tuple[Tensor, Tensor] | None = None,
        **settings: float,
    ) -> tuple[Tensor, Fused]:
        """Logits (B, classes) and what the strategy recorded.

        rows: for each of the B samples its row in `image` and in `text`, so that a picture with several
        questions is aligned once. settings: the strategy's live parameters.
        """
        seen = None
        if self.naming is not None and image is not None:
            seen = self.naming.seen(image.pooled, image.present)
        image = None if image is None else self.align_image(image)
        text = None if text is None else self.align_text(text)
        return self._answer(image, text, seen, rows, **settings)

    def partly(
        self, image: Tokens, keep: Tensor, text: Tokens, rows: tuple[Tensor, Tensor], **settings: float
    ) -> Tensor:
        """Logits of `forward` for parts of one picture (1, N, D), its patches on the grid that is seen.

        keep: (U, N), a row for each part; the mean patch takes the place of each that is false. The pooled
        vector moves with the mean of the patches. Each patch is aligned once for all parts.
        """
        gone = ~keep & image.mask
        mean = self.align_image.mean
        pooled = image.pooled + (gone / image.mask.sum().clamp(min=1)) @ (mean - image.sequence[0])  # (U, D)
        seen = None
        if self.naming is not None:
            seen = self.naming.seen(pooled, image.present.expand(len(keep)))
        mixed = self.align_image.mixed(image, keep, pooled)
        return self._answer(mixed, self.align_text(text), seen, rows, **settings)[0]

    def _answer(
        self,
        image: Tokens | None,
        text: Tokens | None,
        seen: Tensor | None,
        rows: tuple[Tensor, Tensor] | None,
        **settings: float,
    ) -> tuple[Tensor, Fused]:
        """`forward` of aligned tokens. seen: (B, classes) what the picture names."""
        named = None
        if self.naming is not None and seen is not None and text is not None:
            asked = self.naming.asked(text)
            named = seen * asked if rows is None else _rows(seen, rows[0]) * _rows(asked, rows[1])
        image, text = self.strategy.alone(image, text)
        if rows is not None:
            image = None if image is None else image.select(rows[0])
            text = None if text is None else text.select(rows[1])
        fused = self.strategy.fuse(image, text, **settings)
        logits = self.head(fused)
        return (logits if named is None else logits + named), fused

    @torch.no_grad()
    def start_from(self, basis: Tensor) -> None:
        """Project the common channels of both modalities onto the same directions: basis (d, E), before
        training."""
        for aligner in (self.align_image, self.align_text):
            aligner.project.weight[: len(basis), : basis.shape[1]] = basis

    @torch.no_grad()
    def divide(self, temperature: float) -> None:
        """Build a temperature into what gives the logits."""
        self.out.weight.div_(temperature)
        self.out.bias.div_(temperature)
        if self.naming is not None:
            self.naming.reading.div_(temperature)

    def seen_grid(self, image: Tokens) -> tuple[int, ...] | None:
        """Rows and columns of the patches that the strategy reads of an encoder's tokens."""
        return self.align_image.grid or image.grid

    @property
    def out(self) -> nn.Linear:
        """The layer that gives the logits."""
        layer = self.head.out
        assert isinstance(layer, nn.Linear)
        return layer

    @property
    def parameter_count(self) -> int:
        """Trained numbers, the alignment's and the head's included."""
        return sum(p.numel() for p in self.parameters())


def suitable_head(common: int) -> str:
    """Where both encoders share a space with the answers, what is seen may pass to them as it is."""
    return "residual" if common else "fully-connected"


def _rows(x: Tensor, rows: Tensor) -> Tensor:
    """The rows of x (B, n), 0 for those of -1."""
    return x[rows] * (rows >= 0)[:, None]
