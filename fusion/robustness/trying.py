"""One input with its picture or its words spoiled, before every strategy."""

from dataclasses import dataclass

import torch
from PIL import Image
from torch import Tensor

from fusion.device import device
from fusion.errors import UserError
from fusion.explain.counterfactual import Move, move
from fusion.language import say
from fusion.lens import Lens
from fusion.robustness.changes import Change, changed_picture, changed_text
from fusion.tokens import Tokens


@dataclass(frozen=True)
class Tried:
    """What the strategies were given after the changes, and how their answers moved.

    picture: None where it is missing; text: "" where it is. unsure: the strategies whose new answer is below
    the confidence from which most are right.
    """

    picture: Image.Image | None
    text: str
    moves: tuple[Move, ...]
    unsure: frozenset[str]


def tried(
    lens: Lens, picture: Image.Image, text: str, of_picture: Change, of_text: Change, seed: int = 0
) -> Tried:
    """Every strategy's answer to a cleaned picture and a cleaned text, and to both after the changes.

    Raises UserError where neither is left, and for changes that there are not.
    """
    new_picture, new_text = changed_picture(picture, of_picture, seed), changed_text(text, of_text, seed)
    if new_picture is None and not new_text:
        raise UserError(say("Neither picture nor words are left; keep one of them."))
    given, left = lens.encode(picture, text), lens.encode(new_picture, new_text)
    moves, unsure = [], set()
    for name in lens.strategies:
        model, card = lens.model(name)
        before, after = (_shares(model, *tokens) for tokens in (given, left))
        moves.append(move(name, before, after, lens.labels))
        if moves[-1].after[1] < card.sure_from:
            unsure.add(name)
    return Tried(new_picture, new_text, tuple(moves), frozenset(unsure))


@torch.inference_mode()
def _shares(model: torch.nn.Module, image: Tokens | None, text: Tokens | None) -> Tensor:
    """Probabilities (classes,) of a strategy's answers to tokens of one sample."""
    tokens = (None if one is None else one.to(device()) for one in (image, text))
    logits, _ = model(*tokens)
    return logits[0].softmax(0).cpu()
