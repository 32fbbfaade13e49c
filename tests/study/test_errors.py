"""What is taken for what, against counting; mistakes in their order."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from fusion.study.errors import confusion_of, mistakes_of
from fusion.tasks import Example
from tests.study.results import result

LABELS = ("cat", "dog", "fish")


def test_the_matrix_is_what_counting_gives(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    truth, answers = random.integers(-1, 3, 200), random.integers(0, 3, 200)
    fitted = replace(result("concat", tmp_path, 0.5, 0.5), answers=answers, right=(truth == answers)[None])
    found = confusion_of(fitted, truth, LABELS)
    for i in range(3):
        for j in range(3):
            assert found.counts[i, j] == sum(t == i and a == j for t, a in zip(truth, answers, strict=True))
    pairs = found.pairs(20)
    assert len(pairs) == 6
    assert [count for *_, count in pairs] == sorted((count for *_, count in pairs), reverse=True)
    one, other, count = pairs[0]
    assert found.counts[LABELS.index(one), LABELS.index(other)] == count


def test_an_accepted_answer_is_taken_for_nothing_else(tmp_path: Path) -> None:
    """The matrix and the mistakes tell of the same rows."""
    fitted = result("concat", tmp_path, 0.75, 0.5, n=4)
    truth = np.array([0, 1, 1, 1])
    found = confusion_of(replace(fitted, answers=np.array([0, 2, 1, 0])), truth, LABELS)
    assert found.pairs(9) == [("dog", "cat", 1)]


def test_the_most_confident_mistake_comes_first(tmp_path: Path) -> None:
    fitted = result("concat", tmp_path, 0.25, 0.5, n=8)
    test = [Example(Path(f"{i}.png"), f"text {i}", "cat", "", str(i)) for i in range(8)]
    found = mistakes_of(fitted, test, LABELS)
    assert [mistake.row for mistake in found] == [7, 6, 5, 4, 3, 2]
    assert found[0].to_dict() == {
        "row": 7,
        "picture": "7.png",
        "text": "text 7",
        "label": "cat",
        "answer": "dog",
        "probability": 1.0,
        "expected_probability": 0.0,
    }
