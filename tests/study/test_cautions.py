"""What is said where numbers are small, and that nothing is said where they are not."""

from pathlib import Path

from fusion.study.cautions import cautions
from fusion.tasks import Example


def rows(label: str, n: int) -> list[Example]:
    return [Example(Path(f"{label}{i}.png"), "", label, "", f"{label}{i}") for i in range(n)]


def test_nothing_is_said_of_enough() -> None:
    many = rows("cat", 60) + rows("dog", 60)
    assert cautions(many, many, ("cat", "dog"), seeds=3) == []


def test_a_small_test_one_seed_and_rare_classes_are_told() -> None:
    found = cautions(
        rows("cat", 60) + rows("dog", 2), rows("cat", 20), ("cat", "dog", "fish", "owl"), seeds=1
    )
    assert found == [
        "There are only 20 test rows: differences of a few points mean nothing here.",
        "No training row has the classes “fish”, “owl”, so they can hardly be answered.",
        "No test row has the classes “dog”, “fish”, “owl”, so nothing tells how well they are answered.",
        "Fewer than 5 training rows have the class “dog”.",
        "One seed was fitted: the intervals do not tell how much another fit would differ.",
    ]


def test_of_many_classes_a_few_are_named() -> None:
    labels = ("cat", *(f"class {i}" for i in range(9)))
    found = cautions(rows("cat", 90), rows("cat", 90), labels, seeds=2)
    assert "“class 4” and 4 more" in found[0]
