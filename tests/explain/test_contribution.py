"""Contribution: exact two-player Shapley values, and the words for what they say."""

from collections.abc import Iterable
from itertools import permutations

import pytest
import torch

from fusion.explain.contribution import COALITIONS, contribution_of, said, shapley

PLAYERS = ("image", "text")
# The coalitions in the order in which values are given.
SETS = tuple(
    frozenset(name for name, row in zip(PLAYERS, rows, strict=True) if row >= 0) for rows in COALITIONS
)


def by_permutations(values: torch.Tensor) -> dict[str, float]:
    """Each player's gain on joining, averaged over all orders of joining."""
    worth = dict(zip(SETS, values.tolist(), strict=True))
    gains = dict.fromkeys(PLAYERS, 0.0)
    orders = list(permutations(PLAYERS))
    for order in orders:
        for i, player in enumerate(order):
            gains[player] += worth[frozenset(order[: i + 1])] - worth[frozenset(order[:i])]
    return {player: gain / len(orders) for player, gain in gains.items()}


def games() -> Iterable[torch.Tensor]:
    return torch.rand(20, 4, generator=torch.Generator().manual_seed(0)).double()


def test_the_coalitions_are_both_image_text_and_neither() -> None:
    assert SETS == ({"image", "text"}, {"image"}, {"text"}, set())


@pytest.mark.parametrize("values", games())
def test_it_equals_the_mean_over_all_orders(values: torch.Tensor) -> None:
    image, text, _ = shapley(values)
    expected = by_permutations(values)
    assert image == pytest.approx(expected["image"], abs=1e-12)
    assert text == pytest.approx(expected["text"], abs=1e-12)


@pytest.mark.parametrize("values", games())
def test_the_shares_sum_to_both_less_neither(values: torch.Tensor) -> None:
    image, text, _ = shapley(values)
    assert image + text == pytest.approx(float(values[0] - values[3]), abs=1e-12)


def test_who_brings_nothing_gets_nothing_and_equals_get_the_same() -> None:
    assert shapley(torch.tensor([0.75, 0.75, 0.25, 0.25])) == (0.5, 0.0, 0.0)
    assert shapley(torch.tensor([0.75, 0.5, 0.5, 0.25])) == (0.25, 0.25, 0.0)


@pytest.mark.parametrize(
    ("values", "synergy"),
    [
        ([1.0, 0.25, 0.25, 0.25], 0.75),  # only together: complementary
        ([1.0, 1.0, 1.0, 0.25], -0.75),  # either is enough: redundant
        ([0.75, 0.5, 0.5, 0.25], 0.0),  # each adds its own: independent
    ],
)
def test_synergy_tells_complementary_from_redundant(values: list[float], synergy: float) -> None:
    assert shapley(torch.tensor(values))[2] == pytest.approx(synergy)


QUESTION, PICTURE = "answered from the question alone", "answered from the picture alone"
CASES = [
    # The answer's probability with both, the picture, the question, neither; where it stays first; the words.
    ((0.95, 0.10, 0.20, 0.10), "", "needs both"),
    ((0.95, 0.10, 0.94, 0.10), "question", QUESTION),
    ((0.95, 0.96, 0.20, 0.10), "picture", PICTURE),
    ((0.95, 0.94, 0.93, 0.10), "picture question", "either would do"),
    ((0.95, 0.96, 0.94, 0.95), "picture question neither", "neither moved it much"),
    # Within a tenth of the answer's own probability is about the same: here from 0.27.
    ((0.30, 0.28, 0.05, 0.05), "picture", PICTURE),
    ((0.30, 0.26, 0.05, 0.05), "picture", "the picture points to it, the question makes it surer"),
    ((0.30, 0.05, 0.27, 0.05), "question", QUESTION),
    ((0.90, 0.20, 0.60, 0.10), "question", "the question points to it, the picture makes it surer"),
    ((0.90, 0.50, 0.60, 0.10), "picture question", "each points to it, both make it surer"),
    ((0.90, 0.50, 0.88, 0.10), "picture question", QUESTION),
    # About as probable, yet another answer comes first: it is not what this input alone answers.
    ((0.30, 0.05, 0.30, 0.05), "", "from the question, tipped by the picture"),
    ((0.30, 0.05, 0.40, 0.05), "", "from the question, tipped by the picture"),
    ((0.30, 0.29, 0.30, 0.05), "", "needs both"),
    # Negative shares: one input speaks against the answer.
    ((0.60, 0.05, 0.95, 0.30), "question", "answered from the question, against the picture"),
    ((0.55, 0.90, 0.02, 0.50), "picture neither", "answered from the picture, against the question"),
    ((0.60, 0.90, 0.90, 0.10), "picture question", "either would do"),
    # Tiny effects, and none at all.
    ((0.301, 0.300, 0.302, 0.300), "picture question neither", "neither moved it much"),
    ((0.5, 0.5, 0.5, 0.5), "picture question neither", "neither moved it much"),
    ((0.110, 0.109, 0.108, 0.107), "", "neither moved it much, a close call"),
    # What was the answer without any input, and is again with both.
    ((0.60, 0.10, 0.20, 0.55), "neither", "each alone would change it"),
    ((0.60, 0.10, 0.60, 0.60), "question neither", "the answer even without either"),
    ((0.30, 0.30, 0.50, 0.50), "picture question neither", "the answer even without either"),
    ((0.60, 0.90, 0.80, 0.60), "picture question neither", "either would do"),
    ((0.60, 0.655, 0.20, 0.55), "picture neither", "answered from the picture alone"),
]


@pytest.mark.parametrize(("values", "first", "words"), CASES)
def test_the_words_say_what_the_coalitions_say(
    values: tuple[float, float, float, float], first: str, words: str
) -> None:
    kept = [True, *(name in first.split() for name in ("picture", "question", "neither"))]
    assert said(values, kept) == words
    swapped = (values[0], values[2], values[1], values[3])
    other = words.replace("picture", "?").replace("question", "picture").replace("?", "question")
    assert said(swapped, [kept[0], kept[2], kept[1], kept[3]]) == other


@pytest.mark.parametrize("seed", range(5))
def test_what_is_said_is_true_of_any_probabilities(seed: int) -> None:
    """Each sentence, read as a claim on the four lines, holds on games at random."""
    random = torch.Generator().manual_seed(seed)
    for _ in range(400):
        sharp = torch.rand(4, 1, generator=random) * 6
        chances = (torch.randn(4, 3, generator=random) * sharp).softmax(1)
        top = int(chances[0].argmax())
        words = contribution_of(chances, top).says
        both, image, text, neither = chances[:, top].tolist()
        alone = {"picture": (1, image), "question": (2, text)}
        first = {name: int(chances[row].argmax()) == top for name, (row, _) in alone.items()}
        if words == "needs both":
            assert not any(first.values()) and int(chances[3].argmax()) != top
        elif words == "each alone would change it":
            assert not any(first.values()) and int(chances[3].argmax()) == top
        elif words == "the answer even without either":
            assert int(chances[3].argmax()) == top and neither >= 0.9 * both - 1e-6
        elif words.startswith("neither moved it much"):
            assert max(abs(p - both) for p in (image, text, neither)) < 0.1
            close = not all(first.values()) or int(chances[3].argmax()) != top
            assert words.endswith("a close call") == close
        elif words == "either would do":
            assert all(first.values()) and min(image, text) >= 0.9 * both - 1e-6
        elif words == "each points to it, both make it surer":
            assert all(first.values()) and max(image, text) < both
        else:
            name, other = sorted(alone, key=lambda name: words.find(name) % 100)
            assert first[name] != ("tipped" in words)
            if "tipped" in words:
                assert alone[name][1] >= 0.9 * both - 1e-6 and not first[other]
                assert alone[other][1] < 0.9 * both
            elif words.endswith("alone"):
                assert alone[name][1] == pytest.approx(both, rel=0.1001)
            elif "against" in words:
                assert alone[name][1] > both
            else:
                assert words.endswith(f"the {other} makes it surer")
                assert not first[other] and alone[name][1] < both


def test_the_answer_of_a_tie_stays_the_answer() -> None:
    """Nothing given, and the question alone, leave two answers equally probable."""
    chances = torch.tensor([[0.5, 0.5], [0.2, 0.8], [0.5, 0.5], [0.5, 0.5]])
    found = contribution_of(chances, 0)
    assert found.says == "the answer even without either"
    assert found.values == (0.5, pytest.approx(0.2), 0.5, 0.5)
    assert (found.image, found.text) == (pytest.approx(-0.15), pytest.approx(0.15))
    assert contribution_of(torch.full((4, 4), 0.25), 2).says == "neither moved it much"
