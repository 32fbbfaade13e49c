"""What would change an answer: words struck out, a part of the picture painted out.

Counterfactual explanations: Wachter et al. 2018, arXiv 1711.00399. What is changed is always encoded anew:
typical patches in the place of a part do not tell which parts flip an answer when they are painted out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from math import comb

import torch
from torch import Tensor

from fusion.data.store import BATCH
from fusion.explain.base import Case
from fusion.explain.painting import Box
from fusion.language import later
from fusion.progress import Progress, silent
from fusion.tokens import Tokens

MOST_STRUCK = 3  # words at once
MOST_READ = 6000  # words encoded in a search, which takes some two seconds
SIDE = 4  # of the grid on which rectangles are searched
MOST_AREA = 0.5  # of the picture; without more than half of it, any answer is a guess
STEPS = (1 / 8, 1 / 16)  # shares of the picture by which a side is drawn in
AT_ONCE = 8  # pictures painted and encoded

Repaint = Callable[[Sequence[Box]], Tokens]  # encodes the picture anew, once without each of the boxes


@dataclass(frozen=True)
class Move:
    """A strategy's answer (label, probability) before and after a change.

    kept: the probability that the old answer has then.
    """

    strategy: str
    before: tuple[str, float]
    after: tuple[str, float]
    kept: float

    @property
    def changed(self) -> bool:
        return self.before[0] != self.after[0]


def move(strategy: str, before: Tensor, after: Tensor, labels: Sequence[str]) -> Move:
    """From a strategy's probabilities (classes,) before and after."""
    (old, first), (new, then) = _best(before), _best(after)
    return Move(strategy, (labels[old], first), (labels[new], then), float(after[old]))


@dataclass(frozen=True)
class WordFlip:
    """The fewest words without which the answer is another.

    struck: their places, none where nothing was found. target, probability: the answer then. tried: up to how
    many words at once were struck, each choice of them.
    """

    struck: tuple[int, ...] = ()
    target: int = -1
    probability: float = 0.0
    tried: int = 0


@dataclass(frozen=True)
class RegionFlip:
    """A small rectangle without which the answer is another: box, None where nothing was found, and the
    answer then."""

    box: Box | None = None
    target: int = -1
    probability: float = 0.0


def smallest_words(case: Case) -> WordFlip:
    """Every choice of one word, then of two and so on, until one flips the answer; of several of one size the
    most decisive."""
    n = len(case.text.words[0]) if case.text.words else 0
    tried = _affordable(n)
    for size in range(1, tried + 1):
        choices = list(combinations(range(n), size))
        keep = torch.ones(len(choices), n, dtype=torch.bool).scatter(1, torch.tensor(choices), False)
        keep = keep.to(case.image.mask.device)
        shares = torch.cat([_shares(case, case.image, case.strike(some)) for some in keep.split(BATCH)])
        if (at := _decisive(shares, case.target)) is not None:
            return WordFlip(choices[at], *_best(shares[at]), tried=size)
    return WordFlip(tried=tried)


def _affordable(n: int) -> int:
    """Up to how many of n words can be struck at once with all choices read in time."""
    sizes = range(1, min(MOST_STRUCK, n) + 1)
    return sum(n * sum(comb(n, i) for i in range(1, size + 1)) <= MOST_READ for size in sizes)


def smallest_region(case: Case, repaint: Repaint, progress: Progress = silent) -> RegionFlip:
    """Every rectangle on a grid of `SIDE` by `SIDE` by increasing area, until one flips the answer, of
    several of one area the most decisive; then its sides are drawn in as far as the answer stays flipped.

    progress: told how many rectangles are done, of those that there are.
    """
    boxes = rectangles()
    done = 0
    for _, group in groupby(boxes, area):
        same = list(group)
        shares = []
        for start in range(0, len(same), AT_ONCE):
            progress(later("painting out"), done, len(boxes))
            some = same[start : start + AT_ONCE]
            shares.append(_shares(case, repaint(some), case.text))
            done += len(some)
        if (at := _decisive(torch.cat(shares), case.target)) is not None:
            progress(later("drawing in"), done, len(boxes))
            return _drawn_in(case, repaint, RegionFlip(same[at], *_best(torch.cat(shares)[at])))
    return RegionFlip()


def rectangles() -> list[Box]:
    """Those on the grid of up to `MOST_AREA`, the smallest first."""
    spans = [(low / SIDE, high / SIDE) for low, high in combinations(range(SIDE + 1), 2)]
    found = [(left, top, right, bottom) for top, bottom in spans for left, right in spans]
    return sorted((box for box in found if area(box) <= MOST_AREA), key=area)


def area(box: Box) -> float:
    """Of the picture, as a share."""
    left, top, right, bottom = box
    return (right - left) * (bottom - top)


def _drawn_in(case: Case, repaint: Repaint, found: RegionFlip) -> RegionFlip:
    """The box with each side moved inwards, one at a time, while the answer stays flipped."""
    for step in STEPS:
        while found.box is not None and (boxes := _smaller(found.box, step)):
            shares = _shares(case, repaint(boxes), case.text)
            at = _decisive(shares, case.target)
            if at is None:
                break
            found = RegionFlip(boxes[at], *_best(shares[at]))
    return found


def _smaller(box: Box, step: float) -> list[Box]:
    """The box with one side moved inwards by the step, for each side that can be."""
    left, top, right, bottom = box
    across = [(left + step, top, right, bottom), (left, top, right - step, bottom)]
    down = [(left, top + step, right, bottom), (left, top, right, bottom - step)]
    return across * (right - left > step) + down * (bottom - top > step)


@torch.no_grad()
def _shares(case: Case, images: Tokens, texts: Tokens) -> Tensor:
    """Probabilities (B, classes) of B pictures with the case's text, or of its picture with B texts."""
    rows = torch.arange(max(len(images), len(texts)), device=images.mask.device)
    pairs = rows % len(images), rows % len(texts)
    return case.model(images, texts, pairs, **case.settings)[0].softmax(1)


def _decisive(shares: Tensor, target: int) -> int | None:
    """The row of (B, classes) whose answer leads the target by most; None where all answer the target."""
    others = shares.clone()
    others[:, target] = -1
    lead = others.max(1).values - shares[:, target]
    at = int(lead.argmax())
    return at if lead[at] > 0 else None


def _best(shares: Tensor) -> tuple[int, float]:
    target = int(shares.argmax())
    return target, float(shares[target])
