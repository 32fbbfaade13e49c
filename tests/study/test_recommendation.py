"""What is recommended, and in which words: clear, unclear, the other way round, and where nothing helps."""

from pathlib import Path

import numpy as np
import pytest

from fusion.study.recommendation import recommend
from fusion.study.result import Result
from tests.study.results import result

GROUPS = [str(i) for i in range(400)]


def advice(results: list[Result], prior: float = 0.2) -> tuple[str, str, str]:
    """What to choose, what where size matters, and the sentence."""
    found = recommend(results, GROUPS, 200, np.arange(400) < 400 * prior, "cat")
    return found.choose, found.smaller, found.sentence


def test_a_clear_gain_is_told_with_its_interval(tmp_path: Path) -> None:
    results = [
        result("image-only", tmp_path, 0.4, 0.42),
        result("text-only", tmp_path, 0.6, 0.61),
        result("cross-attention", tmp_path, 0.7, 0.72, size=10_000),
    ]
    choose, smaller, sentence = advice(results)
    assert (choose, smaller) == ("cross-attention", "")
    assert sentence.startswith(
        "cross-attention beats the best single modality, text-only, by 10.0 points (95 %"
    )
    assert sentence.endswith("; choose cross-attention.")


def test_a_smaller_one_that_does_nearly_as_well_is_named(tmp_path: Path) -> None:
    results = [
        result("text-only", tmp_path, 0.6, 0.61),
        result("weighted", tmp_path, 0.69, 0.71, size=1000),
        result("gated", tmp_path, 0.68, 0.62, size=500),  # on held-back rows not within a standard error
        result("cross-attention", tmp_path, 0.7, 0.72, size=10_000),
    ]
    choose, smaller, sentence = advice(results)
    assert (choose, smaller) == ("cross-attention", "weighted")
    assert "; choose weighted if you need it 10 times smaller, for -1.0 points (95 % interval -2." in sentence


def test_the_choice_is_made_on_held_back_rows_alone(tmp_path: Path) -> None:
    """Not by the test, where another is better."""
    results = [
        result("text-only", tmp_path, 0.6, 0.61),
        result("concat", tmp_path, 0.9, 0.62),
        result("gated", tmp_path, 0.7, 0.63),
    ]
    assert advice(results)[0] == "gated"


def test_where_no_gain_is_clear_the_single_modality_is_recommended(tmp_path: Path) -> None:
    results = [
        result("image-only", tmp_path, 0.3, 0.3),
        result("text-only", tmp_path, 0.6, 0.61, size=500),
        result("concat", tmp_path, 0.6025, 0.65, size=1000),
    ]
    choose, _, sentence = advice(results)
    assert choose == "text-only"
    assert sentence.startswith(
        "No fused strategy is clearly better than the best single modality: concat differs from text-only by "
        "+0.2 points (95 % interval +0.0 to"
    )
    assert sentence.endswith("Choose text-only: it needs no picture and is 2.0 times smaller.")


def test_where_fusion_harms_it_says_so(tmp_path: Path) -> None:
    results = [result("image-only", tmp_path, 0.7, 0.7), result("concat", tmp_path, 0.6, 0.65)]
    choose, _, sentence = advice(results)
    assert choose == "image-only"
    assert sentence.startswith(
        "The best fused strategy, concat, falls below the best single modality, image-only, by 10.0 points "
        "(95 % interval 7."
    )
    assert sentence.endswith("Choose image-only: it needs no text.")


def test_what_is_no_better_than_one_answer_is_not_recommended(tmp_path: Path) -> None:
    results = [result("text-only", tmp_path, 0.5, 0.5), result("concat", tmp_path, 0.52, 0.52)]
    assert not recommend(results, GROUPS, 200, np.arange(400) < 208, "cat").worthwhile
    sentence = advice(results, prior=0.52)[2]
    assert sentence.startswith(
        "Nothing here is clearly better than always answering “cat”: concat differs from"
    )


@pytest.mark.parametrize("name", ["concat", "text-only"])
def test_of_one_kind_alone_nothing_is_compared(tmp_path: Path, name: str) -> None:
    choose, _, sentence = advice([result(name, tmp_path, 0.6, 0.6)])
    assert choose == name
    assert sentence.startswith(f"{name} is right in 60.0 % of the test (95 % interval ")
