"""The contract of every explainer: how much each patch and each word spoke for an answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from fusion.align import interpolate_grid
from fusion.courtesy import give_way
from fusion.model import FusionModel
from fusion.registry import Registry
from fusion.strategies import STRATEGIES
from fusion.tokens import Tokens

BATCH = 32  # perturbed inputs at a time; more no longer fit a processor's cache
COARSE = (8, 8)


# Texts with some of a text's words: (B, M) true where a word stays, to tokens (B, ., D).
Strike = Callable[[Tensor], Tokens]


@dataclass(frozen=True)
class Case:
    """One picture and one text as a model reads them, and the answer to explain.

    image: (1, N, D) at the grid that the strategy sees. text: (1, M, D). target: the class. strike: what
    encodes the text with only some of its words. settings: the strategy's live parameters that the answer
    was given with.
    """

    model: FusionModel
    image: Tokens
    text: Tokens
    target: int
    strike: Strike
    settings: Mapping[str, float] = field(default_factory=dict)

    def logits(self, patches: Tensor, words: Tensor) -> Tensor:
        """Scores (B, classes) with other tokens in place: patches (B, N, D), words (B, M, D).

        A pooled vector moves with the mean of its tokens, which is what it is for most encoders.
        """
        return self.model(moved(self.image, patches), moved(self.text, words), **self.settings)[0]

    @torch.no_grad()
    def kept(self, patches: Tensor, words: Tensor) -> Tensor:
        """Probabilities (B, classes) with those tokens kept that are true in (B, N) and in (B, M).

        A typical patch takes the place of any other; any other word is struck from the text, which is
        encoded anew and is missing without a word.
        """
        found = []
        for some, asked in zip(patches.split(BATCH), words.split(BATCH), strict=True):
            give_way()
            some, shown = torch.unique(some, dim=0, return_inverse=True)
            asked, struck = torch.unique(asked, dim=0, return_inverse=True)
            texts, rows = self.strike(asked), (shown, struck)
            logits = self.model.partly(self.image, some, texts, rows, **self.settings)
            found.append(logits.softmax(1))
        return torch.cat(found)

    def with_patches(self, keep: Tensor) -> Tensor:
        """`kept` with every word."""
        return self.kept(keep, keep.new_ones(len(keep), self.text.sequence.shape[1]))

    def with_words(self, keep: Tensor) -> Tensor:
        """`kept` with every patch."""
        return self.kept(keep.new_ones(len(keep), self.image.sequence.shape[1]), keep)

    @property
    def baselines(self) -> tuple[Tensor, Tensor]:
        """A typical patch (D_image,) and a typical word (D_text,)."""
        return self.model.align_image.mean, self.model.align_text.mean


def case_of(
    model: FusionModel,
    image: Tokens,
    text: Tokens,
    target: int,
    strike: Strike,
    settings: Mapping[str, float] | None = None,
) -> Case:
    """A case from an encoder's tokens of one sample, on the model's device."""
    grid = STRATEGIES[model.config.strategy].grid
    if image.grid is not None:
        # Who reads the pooled vector alone sees no patches: any grid has about its mean.
        image = interpolate_grid(image, model.seen_grid(image) if grid is not None else COARSE)  # type: ignore[arg-type]
    return Case(model, _differentiable(image), _differentiable(text), target, strike, settings or {})


def _differentiable(tokens: Tokens) -> Tokens:
    """Tokens that gradients may flow from; those that were made in inference mode do not let them."""
    with torch.inference_mode(False):
        return replace(
            tokens,
            sequence=tokens.sequence.clone(),
            pooled=tokens.pooled.clone(),
            mask=tokens.mask.clone(),
        )


def moved(tokens: Tokens, sequence: Tensor) -> Tokens:
    """The tokens of one sample with others in their place: (1, N, D) and (B, N, D) to a batch of B."""
    b = len(sequence)
    share = tokens.mask / tokens.mask.sum(1, keepdim=True).clamp(min=1)  # (1, N)
    change = share.expand(b, 1, -1) @ (sequence - tokens.sequence)  # (B, 1, D)
    return replace(
        tokens,
        sequence=sequence,
        pooled=tokens.pooled + change[:, 0],
        mask=tokens.mask.expand(b, -1),
        words=None if tokens.words is None else tokens.words * b,
    )


@dataclass(frozen=True)
class Relevance:
    """How much each patch (N,) and each word (M,) speaks for the answer; what speaks against it is less
    than 0, or 0 where an explainer knows of no sign."""

    image: Tensor
    text: Tensor


@dataclass(frozen=True)
class ExplainerRecord:
    """A registered explainer.

    explain: raises ValueError for a model that it cannot explain. follows_attention: whether it needs the
    attention of a strategy. additive: whether the values of all tokens sum to what all of them bring, so that
    those of patches and of words may be weighed against each other.
    """

    name: str
    summary: str
    source: str
    explain: Callable[[Case], Relevance]
    follows_attention: bool = False
    additive: bool = False

    def explains(self, model: FusionModel) -> bool:
        """Whether it can explain this model."""
        return not self.follows_attention or model.strategy.flow() is not None


EXPLAINERS: Registry[ExplainerRecord] = Registry("explainer")
