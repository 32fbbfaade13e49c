"""What a strategy's attention layers did in one forward, and how its relevance is laid out."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from fusion.attention import Attention
from fusion.explain.base import Case
from fusion.strategies.base import Flow, Read


@dataclass(frozen=True)
class Recorded:
    """The attention weights of one forward, (1, heads, Q, K) for each read of the flow.

    score: of the target, from which gradients flow. places: where the tokens of each part stand among all,
    laid side by side.
    """

    flow: Flow
    weights: dict[Read, Tensor]
    score: Tensor
    places: dict[str, Tensor]

    @property
    def size(self) -> int:
        """How many tokens there are."""
        return sum(len(at) for at in self.places.values())

    def rows(self, parts: tuple[str, ...]) -> Tensor:
        """The places of several parts' tokens."""
        return torch.cat([self.places[part] for part in parts])

    def gradients(self) -> dict[Read, Tensor]:
        """Of the score with respect to the weights, (1, heads, Q, K) for each read."""
        found = torch.autograd.grad(self.score, list(self.weights.values()), materialize_grads=True)
        return dict(zip(self.weights, found, strict=True))

    def read_out(self, relevance: Tensor) -> tuple[Tensor, Tensor]:
        """Relevance (T, T) of all tokens for each other to what patches (N,) and words (M,) bring to the
        vector: the mean over the tokens of each part that is averaged into it, summed over these parts."""
        brought = torch.stack([relevance[self.places[p]].mean(0) for p in self.flow.read_out]).sum(0)
        return brought[self.places["image"]], brought[self.places["text"]]


def record(case: Case) -> Recorded:
    """One forward with the attention weights kept; raises ValueError for a strategy without attention."""
    flow = case.model.strategy.flow()
    if flow is None:
        raise ValueError(f"{case.model.config.strategy} has no attention to follow")
    modules = {read.module for step in flow.steps for read in step}
    with torch.enable_grad(), _kept(modules) as kept:
        # Weights hold no gradient of their own in a fitted model: the tokens start it.
        logits = case.logits(
            case.image.sequence.detach().requires_grad_(), case.text.sequence.detach().requires_grad_()
        )
    sizes = {"image": case.image.sequence.shape[1], "text": case.text.sequence.shape[1], **flow.own}
    places, start = {}, 0
    for part, size in sizes.items():
        places[part] = torch.arange(start, start + size, device=logits.device)
        start += size
    weights = {read: kept[read.module][read.call] for step in flow.steps for read in step}
    return Recorded(flow, weights, logits[0, case.target], places)


@contextmanager
def _kept(modules: set[Attention]) -> Iterator[dict[nn.Module, list[Tensor]]]:
    """The weights that each attention module gives to this thread while in the block, a tensor a call.

    Meanwhile the same model may answer somebody else.
    """
    mine = threading.get_ident()
    kept: dict[nn.Module, list[Tensor]] = {module: [] for module in modules}

    def keep(module: nn.Module, _: object, output: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        if threading.get_ident() == mine:
            kept[module].append(output[1])
        return output

    handles = [module.register_forward_hook(keep) for module in modules]
    try:
        yield kept
    finally:
        for handle in handles:
            handle.remove()
