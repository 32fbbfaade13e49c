"""MM-SHAP: shares against Shapley values of every subset, written out, and the sentence about them."""

from itertools import combinations
from math import factorial

import pytest
import torch
from torch import Tensor

import fusion
from fusion.explain import EXPLAINERS, Case, Relevance
from fusion.explain.mm_shap import mm_shap, shares_of
from fusion.paths import ASSETS
from tests.explain.test_explainers import WORDS, case

PICTURE = ASSETS / "examples" / "red-triangle.png"
REGION = torch.tensor([0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3])  # of each of 4 x 4 patches


def exact(explained: Case) -> tuple[Tensor, Tensor]:
    """Shapley's sum over every subset of 4 regions and 4 words (the fifth is padding): (4,) and (4,)."""
    sets = [frozenset(some) for size in range(9) for some in combinations(range(8), size)]
    patches = torch.tensor([[int(region) in some for region in REGION] for some in sets])
    words = torch.tensor([[4 + word in some for word in range(WORDS)] for some in sets])
    found = explained.kept(patches, words)[:, explained.target].double().tolist()
    worth = dict(zip(sets, found, strict=True))
    values = torch.zeros(8)
    for some in sets:
        weight = factorial(len(some)) * factorial(8 - len(some) - 1) / factorial(8) if len(some) < 8 else 0
        for player in set(range(8)) - some:
            values[player] += weight * (worth[some | {player}] - worth[some])
    return values[:4], values[4:]


@pytest.mark.parametrize("strategy", ["cross-attention", "shared", "bottleneck"])
def test_the_shares_are_those_of_exact_shapley_values(strategy: str) -> None:
    explained = case(strategy)
    regions, words = exact(explained)
    total = float(regions.abs().sum() + words.abs().sum())
    expected = (float(regions.abs().sum()) / total, float(words.abs().sum()) / total)
    spread = Relevance((regions / 4)[REGION], words)  # each patch with an even share of its region's
    assert mm_shap(spread) == pytest.approx(expected, abs=1e-6)
    assert mm_shap(EXPLAINERS["shapley"].explain(explained)) == pytest.approx(expected, abs=0.12)


@pytest.mark.parametrize(("strategy", "shares"), [("text-only", (0.0, 1.0)), ("image-only", (1.0, 0.0))])
def test_who_reads_one_modality_has_all_its_share_there(strategy: str, shares: tuple[float, float]) -> None:
    assert mm_shap(EXPLAINERS["shapley"].explain(case(strategy))) == pytest.approx(shares, abs=1e-4)


def test_shares_count_what_speaks_against_as_much_as_what_speaks_for() -> None:
    assert mm_shap(Relevance(torch.tensor([1.0, -1.0]), torch.tensor([-2.0]))) == (0.5, 0.5)
    assert mm_shap(Relevance(torch.zeros(4), torch.zeros(2))) == (0.0, 0.0)


def test_words_and_ninths_are_shares_of_all_that_moved_the_answer() -> None:
    patches = torch.zeros(6, 6)
    patches[0, 5], patches[2:4, 2:4], patches[5, 0] = 3.0, 0.25, -2.0
    text = torch.tensor([2.0, -1.0, 1.0, 0.0])
    found = shares_of(Relevance(patches.flatten(), text), (6, 6), ("red", "no", "is", "?"))
    assert (found.image, found.text) == (0.6, 0.4)
    assert dict(found.words) == pytest.approx({"red": 0.2, "no": -0.1, "is": 0.1, "?": 0})
    areas = {name: share for name, share in found.named_areas if share}
    assert areas == pytest.approx({"upper right": 0.3, "middle": 0.1, "lower left": -0.2})
    assert found.to_dict() == {"image": found.image, "text": found.text, "says": found.sentence}
    assert found.sentence == (
        "Words make 40 % of what moved this answer, the picture 60 %. Most telling for it: “red” (20 %), "
        "“is” (10 %) and the upper right of the picture (30 %). Most telling against it: “no” (10 %) and the "
        "lower left of the picture (20 %)."
    )


def test_a_picture_without_a_grid_and_an_answer_that_nothing_moves_have_a_sentence_too() -> None:
    row = shares_of(Relevance(torch.tensor([0.0, 1.0, 0.0, 0.0]), torch.zeros(1)), (1, 4), ("why",))
    assert row.sentence == (
        "Words make 0 % of what moved this answer, the picture 100 %. Most telling for it: the middle of the "
        "picture (100 %)."
    )
    nothing = shares_of(Relevance(torch.zeros(4), torch.zeros(1)), (2, 2), ("why",))
    assert nothing.sentence == "No word and no region moved this answer."


@pytest.mark.parametrize("explainer", EXPLAINERS.names())
def test_an_explanation_tells_shares_where_its_values_add_up(explainer: str) -> None:
    asked = fusion.load(task="easy-vqa"), "what color is the triangle?", "shared"
    found = asked[0].explain(PICTURE, *asked[1:], explainer)
    additive = explainer in ("integrated-gradients", "shapley")
    assert EXPLAINERS[explainer].additive == ("shares" in found) == additive
    if additive:
        image, text = torch.tensor(found["image"]["relevance"]), torch.tensor(found["text"]["relevance"])
        expected = mm_shap(Relevance(image.flatten(), text))
        assert (found["shares"]["image"], found["shares"]["text"]) == pytest.approx(expected)
        assert found["shares"]["says"].startswith("Words make ")


def test_who_reads_the_text_alone_is_moved_by_words_alone() -> None:
    found = fusion.load(task="easy-vqa").explain(PICTURE, "what color is it?", "text-only", "shapley")
    assert found["shares"]["text"] == pytest.approx(1, abs=1e-4)
    assert found["shares"]["says"].startswith("Words make 100 %")
