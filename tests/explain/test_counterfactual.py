"""The smallest change that flips an answer: against every change tried one by one."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations, product

import pytest
import torch
from torch import Tensor

from fusion.errors import Stopped
from fusion.explain.base import Case
from fusion.explain.counterfactual import (
    MOST_AREA,
    SIDE,
    area,
    move,
    smallest_region,
    smallest_words,
)
from fusion.explain.painting import Box
from fusion.explain.pointing import coverage
from fusion.tokens import Tokens
from tests.conftest import tokens_of
from tests.explain.test_explainers import WORDS, case, without

STRATEGIES = ["concat", "gated", "cross-attention", "bilinear"]
HELD = [0.0, 0.02, 0.05, 0.1]


@torch.no_grad()
def shares_of(explained: Case, image: Tokens | None = None, text: Tokens | None = None) -> Tensor:
    """(classes,) one by one, as the model itself answers."""
    return explained.model(image or explained.image, text or explained.text)[0][0].softmax(0)


def answered(strategy: str, held: float = 0.0) -> Case:
    """The tiny model's case with its answer as the target, to whose score some is added to hold it."""
    found = case(strategy)
    target = int(shares_of(found, image=found.image).argmax())
    found.model.out.bias[target] += held
    return replace(found, target=target)


def masking(explained: Case) -> Callable[[Tensor], Tokens]:
    """A text that loses the words that are struck out, its pooled vector their part."""

    def strike(keep: Tensor) -> Tokens:
        text, b = explained.text, len(keep)
        mask = torch.cat([keep, torch.zeros(b, WORDS - keep.shape[1], dtype=torch.bool)], 1)
        sequence = text.sequence.expand(b, -1, -1)
        pooled = text.pooled - 6 * (sequence * ~mask[..., None]).mean(1)
        return replace(text, sequence=sequence, pooled=pooled, mask=mask, words=text.words * b)

    return strike


def fading(explained: Case) -> Callable[[Sequence[Box]], Tokens]:
    """A picture whose patches turn into their opposite as far as a box covers them."""

    def repaint(boxes: Sequence[Box]) -> Tokens:
        image = explained.image
        rows, columns = image.grid or (1, 1)
        inside = torch.stack([coverage(box, rows, columns).flatten() for box in boxes])[..., None]
        sequence = image.sequence * (1 - 3 * inside)
        pooled = image.pooled + 4 * (sequence - image.sequence).mean(1)
        return replace(image, sequence=sequence, pooled=pooled, mask=image.mask.expand(len(boxes), -1))

    return repaint


def lead(shares: Tensor, target: int) -> float:
    """By how much another answer leads the target."""
    return max(float(share) for i, share in enumerate(shares) if i != target) - float(shares[target])


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_fewest_words_are_those_of_brute_force(strategy: str, held: float) -> None:
    explained = answered(strategy, held)
    strike = masking(explained)
    n = WORDS - 1
    leads = {}
    for size in range(1, 4):
        for struck in combinations(range(n), size):
            keep = torch.tensor([[i not in struck for i in range(n)]])
            leads[struck] = lead(shares_of(explained, text=strike(keep)), explained.target)
    flipping = [struck for struck in leads if leads[struck] > 0]
    found = smallest_words(replace(explained, strike=strike))
    if not flipping:
        assert (found.struck, found.tried) == ((), 3)
        return
    fewest = min(map(len, flipping))
    assert found.struck == max((s for s in flipping if len(s) == fewest), key=leads.__getitem__)
    keep = torch.tensor([[i not in found.struck for i in range(n)]])
    shares = shares_of(explained, text=strike(keep))
    assert found.target == int(shares.argmax()) != explained.target
    assert found.probability == pytest.approx(float(shares.max()), abs=1e-6)


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_smallest_rectangle_is_that_of_brute_force_drawn_in(strategy: str, held: float) -> None:
    explained = answered(strategy, held)
    repaint = fading(explained)

    def flips(box: Box) -> float:
        return lead(shares_of(explained, image=repaint([box])), explained.target)

    cuts = [i / SIDE for i in range(SIDE + 1)]
    boxes = [(a, b, c, d) for a, b, c, d in product(cuts, repeat=4) if a < c and b < d]
    flipping = [box for box in boxes if area(box) <= MOST_AREA and flips(box) > 0]
    found = smallest_region(explained, repaint)
    if not flipping:
        assert found.box is None
        return
    least = min(map(area, flipping))
    coarse = max((box for box in flipping if area(box) == least), key=flips)
    assert found.box is not None and flips(found.box) > 0
    left, top, right, bottom = found.box
    assert coarse[0] <= left < right <= coarse[2] and coarse[1] <= top < bottom <= coarse[3]
    step = 1 / 16
    across = [(left + step, top, right, bottom), (left, top, right - step, bottom)]
    down = [(left, top + step, right, bottom), (left, top, right, bottom - step)]
    for box in across * (right - left > step) + down * (bottom - top > step):
        assert flips(box) <= 0
    shares = shares_of(explained, image=repaint([found.box]))
    assert found.target == int(shares.argmax()) != explained.target
    assert found.probability == pytest.approx(float(shares.max()), abs=1e-6)


def test_some_of_these_are_found() -> None:
    """Else the two tests above compare nothing with nothing."""
    cases = [answered(strategy, held) for strategy in STRATEGIES for held in HELD]
    assert {len(smallest_words(replace(c, strike=masking(c))).struck) for c in cases} == {0, 1, 2, 3}
    assert {smallest_region(c, fading(c)).box is None for c in cases} == {True, False}


def test_what_a_strategy_does_not_read_flips_nothing() -> None:
    explained = answered("image-only")
    assert smallest_words(replace(explained, strike=masking(explained))).struck == ()
    explained = answered("text-only")
    assert smallest_region(explained, fading(explained)).box is None


@pytest.mark.parametrize(("n", "tried"), [(2, 2), (5, 3), (20, 2), (50, 1), (100, 0)])
def test_the_longer_a_text_the_fewer_words_at_once(n: int, tried: int) -> None:
    explained = answered("image-only")
    text = tokens_of(1, n, 10, texts=True)
    same = partial(without, text)
    found = smallest_words(replace(explained, text=text, strike=same))
    assert (found.struck, found.tried) == ((), tried)


def test_a_search_tells_how_far_it_is_and_stops_where_it_is_told_to() -> None:
    explained = answered("text-only")
    told: list[tuple[int, int]] = []
    smallest_region(explained, fading(explained), lambda _, done, total: told.append((done, total)))
    assert told == sorted(told) and told[0] == (0, 91) and {total for _, total in told} == {91}

    def stop(*_: object) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        smallest_region(explained, fading(explained), stop)


def test_a_move_holds_both_answers_and_what_the_old_one_keeps() -> None:
    found = move("concat", torch.tensor([0.7, 0.2, 0.1]), torch.tensor([0.25, 0.15, 0.6]), ("a", "b", "c"))
    assert (found.before[0], found.after[0], found.changed) == ("a", "c", True)
    assert (found.before[1], found.after[1], found.kept) == pytest.approx((0.7, 0.6, 0.25))
    assert not move("concat", torch.tensor([0.7, 0.3]), torch.tensor([0.6, 0.4]), ("a", "b")).changed
