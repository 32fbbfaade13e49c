"""One object between a recipe and the steps of a fit."""

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fusion.balance.blending import VIEWS, blend
from fusion.balance.classes import class_weights, drawn_evenly
from fusion.balance.modulation import coefficients, modulate
from fusion.data.samples import Samples
from fusion.forward import forward
from fusion.model import FusionModel
from fusion.parallel import summed
from fusion.recipe import Recipe
from fusion.strategies import STRATEGIES


class Balance:
    """Which samples a step takes, what its loss is, and what becomes of the gradients.

    What balances modalities does nothing to a strategy that reads only one. Each modality's own scores are
    those of the same model without the other, whose learned absent token modality dropout trains. samples: of
    one epoch. blend: weights of the losses of VIEWS, the first alone unless blending is asked for.
    """

    def __init__(self, model: FusionModel, train: Samples, validation: Samples, recipe: Recipe) -> None:
        self.samples = len(train)
        self._train = train
        self._recipe = recipe
        both = STRATEGIES[model.config.strategy].modality == "both"
        self._alpha = recipe.modulation if both else 0.0
        self._weights = class_weights(train.labels, model.config.classes) if recipe.class_weights else None
        self.blend = blend(model, train, validation, recipe) if recipe.blending and both else (1.0,)
        self._views = VIEWS if self._alpha or len(self.blend) > 1 else VIEWS[:1]
        self._scores = (0.0, 0.0)

    def batches(self, generator: torch.Generator) -> Iterator[Tensor]:
        """Positions of the samples of each step of an epoch."""
        among = drawn_evenly(self._train.labels, generator) if self._recipe.balanced else None
        size = self._recipe.batch_of(self.samples)
        return self._train.batches(size, generator, among)

    def loss(self, model: FusionModel, at: Tensor, prepared: nn.Module) -> Tensor:
        """The mean loss of the samples at the positions `at`; prepared: as in `forward`."""
        views, n = len(self._views), len(at)
        lost = torch.tensor(self._views).T.repeat_interleave(n, dim=1)  # (2, views * n)
        lost[:, :n] = self._dropped(n)
        logits = forward(model, self._train, at.repeat(views), lost, prepared)
        by_view = logits.split(n)
        labels = self._train.labels[at].to(logits.device)
        if self._alpha:
            right = [x.detach().softmax(1).gather(1, labels[:, None]).sum() for x in by_view[1:]]
            image, text = summed(torch.stack(right)).tolist()
            self._scores = image, text
        return torch.stack(
            [w * self._entropy(x, labels) for w, x in zip(self.blend, by_view, strict=False)]
        ).sum()

    def after_backward(self, model: FusionModel, generator: torch.Generator) -> None:
        """Slow down the modality that is ahead; generator: as in `modulate`."""
        if self._alpha:
            modulate(model, coefficients(self._scores, self._alpha), generator)

    def _dropped(self, n: int) -> Tensor:
        """(2, n) true where a sample loses its picture, and where its text."""
        share = self._recipe.modality_dropout
        return torch.rand(2, n) < share if share else torch.zeros(2, n, dtype=torch.bool)

    def _entropy(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Mean cross-entropy; a sample counts as its class weighs, whatever else is in the batch."""
        if self._weights is None:
            return F.cross_entropy(logits, labels)
        each = F.cross_entropy(logits, labels, reduction="none")
        return (each * self._weights.to(each.device)[labels]).mean()
