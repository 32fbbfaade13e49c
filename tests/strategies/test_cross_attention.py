"""Cross-attention in a common space: likeness by hand, what a word is told of it, where heads look first."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from fusion.strategies.cross_attention import FAINT, HIGH, LOW, STEPS, CrossAttention, likeness, summary
from fusion.tokens import Tokens

MakeTokens = Callable[..., Tokens]
GRID = (5, 6)
N_IMAGE, N_TEXT, WIDTH, COMMON = 30, 4, 16, 9


@pytest.fixture
def image(make_tokens: MakeTokens) -> Tokens:
    return replace(
        make_tokens(3, N_IMAGE, WIDTH, GRID, seed=1), common=make_tokens(3, N_IMAGE, COMMON).sequence
    )


@pytest.fixture
def text(make_tokens: MakeTokens) -> Tokens:
    common = make_tokens(3, N_TEXT, COMMON, seed=3).sequence
    return replace(make_tokens(3, N_TEXT, WIDTH, lengths=[4, 3, 1], seed=2), common=common)


def spots(*places: tuple[int, int], strength: float = 10.0) -> Tensor:
    """(1, 1, N_IMAGE): so alike at some places, and a little around them."""
    alike = torch.zeros(GRID)
    for row, column in places:
        around = alike[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
        around.clamp_(min=0.8 * strength)
        alike[row, column] = strength
    return alike.reshape(1, 1, -1)


def counted(alike: Tensor) -> float:
    return summary(alike, GRID)[0, 0, 2:].sum().item()


def test_likeness_is_the_product_in_the_common_space(image: Tokens, text: Tokens) -> None:
    alike = likeness(text, image)
    assert alike is not None and alike.shape == (3, N_TEXT, N_IMAGE)
    assert image.common is not None and text.common is not None
    for i, j, k in ((0, 0, 0), (1, 2, 29), (2, 3, 17)):
        product = sum(
            a * b for a, b in zip(text.common[i, j].tolist(), image.common[i, k].tolist(), strict=True)
        )
        assert alike[i, j, k].item() == pytest.approx(product / 3, abs=1e-5)
    assert alike.square().mean().sqrt().item() == pytest.approx(1, abs=0.15), "of what is unrelated"


def test_without_a_common_space_nothing_is_alike(image: Tokens, text: Tokens) -> None:
    assert likeness(replace(text, common=None), image) is None
    assert likeness(text, replace(image, common=None)) is None


def test_the_summary_by_hand() -> None:
    """Most, mean, and how many places are as strong as their neighbours, each by its share of the most."""
    alike = 4 * torch.randn(2, 3, N_IMAGE, generator=torch.Generator().manual_seed(0))
    alike[1, 2] = -alike[1, 2].abs()  # nothing is alike
    told = summary(alike, GRID)
    assert told.shape == (2, 3, 2 + len(STEPS))
    for row, expected in zip(told.flatten(0, 1), alike.flatten(0, 1).tolist(), strict=True):
        most, count = max(expected), 0.0
        for place, x in enumerate(expected):
            y, z = divmod(place, GRID[1])
            around = [
                expected[r * GRID[1] + c]
                for r in range(max(y - 1, 0), min(y + 2, GRID[0]))
                for c in range(max(z - 1, 0), min(z + 2, GRID[1]))
            ]
            if x > 0 and x == max(around):
                count += min(max((x / max(most, FAINT) - LOW) / (HIGH - LOW), 0), 1)
        steps = [min(max(count - step, 0), 1) for step in STEPS]
        torch.testing.assert_close(row, torch.tensor([most, sum(expected) / N_IMAGE, *steps]))


def test_spots_are_counted_wherever_they_stand() -> None:
    assert counted(spots((0, 0))) == counted(spots((2, 3))) == counted(spots((4, 5))) == 1
    assert counted(spots((0, 0), (0, 3))) == counted(spots((1, 1), (4, 4))) == 2
    assert counted(spots((0, 0), (0, 5), (4, 0), (4, 5))) == 4
    assert counted(spots()) == counted(spots((2, 3), strength=0.2 * FAINT)) == 0, "too faint to be anything"
    assert counted(spots((0, 0)) + spots((4, 4), strength=2.0)) == 1, "too faint beside the other"


def test_without_a_grid_nothing_is_counted() -> None:
    alike = spots((2, 3))
    for grid in (None, (1, 1)):
        told = summary(alike, grid)[0, 0]
        torch.testing.assert_close(told[:2], torch.tensor([10.0, alike.mean().item()]))
        assert not told[2:].any()


def test_what_is_missing_is_told_as_nothing() -> None:
    assert not summary(torch.zeros(2, 3, N_IMAGE), GRID).any()


def test_before_training_a_head_looks_where_a_patch_is_like_the_word(image: Tokens, text: Tokens) -> None:
    """The first the most, the last not at all."""
    torch.manual_seed(0)
    strategy = CrossAttention(WIDTH).eval()
    assert image.common is not None and text.common is not None
    same = image.common.clone()
    same[0, 17] = 6 * text.common[0, 0]
    near, far = (strategy(replace(image, common=x), text).attention for x in (same, image.common))
    assert near is not None and far is not None
    rise = near[0, 0, :, 0, 17] - far[0, 0, :, 0, 17]  # of each head of the first layer
    assert near[0, 0, 0, 0].argmax() == 17 and near[0, 0, 0, 0, 17] > 0.9
    assert (rise[:-1] > 0.05).all() and rise.argmax() == 0
    assert rise[-1].abs() < 0.05


def test_likeness_and_what_is_told_of_it_are_learned(image: Tokens, text: Tokens) -> None:
    strategy = CrossAttention(WIDTH)
    strategy(image, text).vector.square().sum().backward()
    for parameter in (strategy.likeness, strategy.match.weight):
        assert parameter.grad is not None and parameter.grad.isfinite().all() and parameter.grad.any()
