"""What is asked about things as they lie: each answer is what is placed."""

import re
from collections import Counter

import pytest

from fusion.scenes.asking_where import side
from tests.scenes.asked import YES_NO_COLOR, asked, at, of_kind, true_words


@pytest.mark.parametrize(
    ("centre", "where"),
    [
        ((0.5, 0.5), "middle"),
        ((0.42, 0.58), "middle"),
        ((0.2, 0.5), "left"),
        ((0.8, 0.45), "right"),
        ((0.5, 0.2), "top"),
        ((0.55, 0.8), "bottom"),
        ((0.2, 0.2), None),
        ((0.8, 0.78), None),
        ((0.1, 0.3), "left"),
        ((0.3, 0.1), "top"),
    ],
)
def test_sides(centre: tuple[float, float], where: str | None) -> None:
    assert side(centre) == where


@pytest.mark.parametrize(
    ("x", "y", "where"),
    [(0.2, 0.5, "left"), (0.8, 0.5, "right"), (0.5, 0.2, "top"), (0.5, 0.8, "bottom"), (0.5, 0.5, "middle")],
)
def test_positions(x: float, y: float, where: str) -> None:
    for question in of_kind("position", at("dog", x, y)):
        assert question.answer == where
        assert any(word in question.text for word in true_words((at("dog", x, y),)))


def test_a_position_is_asked_only_where_one_thing_is_meant() -> None:
    twins = (at("dog", 0.2, 0.2), at("dog", 0.8, 0.5), at("cat", 0.2, 0.75))
    for question in asked(*twins):
        if question.kind == "position":
            assert question.about is twins[2]
            assert "animal" not in question.text, "they all are"
    assert not any(q.kind == "position" for q in asked(at("dog", 0.2, 0.2))), "as near to two sides"


def test_counts_of_names_kinds_and_things() -> None:
    placed = (*(at("dog", x, 0.2) for x in (0.2, 0.5, 0.8)), at("cat", 0.2, 0.8), at("car", 0.8, 0.8))
    seen = set()
    for question in of_kind("count", *placed):
        (what,) = re.findall(r"\b(dogs|cats|animals|cars|vehicles|things)\b", question.text)
        expected = {"dogs": 3, "cats": 1, "animals": 4, "cars": 1, "vehicles": 1, "things": 5}[what]
        assert question.answer == str(expected), question.text
        seen.add(what)
    assert seen >= {"dogs", "animals"}


def test_what_is_not_counted_is_not_asked_for_in_numbers() -> None:
    for question in asked(at("scissors", 0.3, 0.3), at("rice", 0.7, 0.7)):
        assert question.kind != "count" or "things" in question.text


def test_colors_are_those_of_the_thing_that_is_named() -> None:
    placed = (at("dog", 0.25, 0.25, color="brown"), at("car", 0.75, 0.75, color="red"), at("hat", 0.2, 0.8))
    for question in of_kind("color", *placed):
        meant = [p for p in placed if set(question.text.rstrip("?").split()) & true_words((p,))]
        assert [p.color for p in meant] == [question.answer], question.text


def test_a_color_is_asked_only_of_one_thing_with_a_leading_color() -> None:
    twins = (at("dog", 0.2, 0.2, color="brown"), at("dog", 0.8, 0.8, color="white"), at("hat", 0.2, 0.8))
    assert not any(question.kind == "color" for question in asked(*twins))
    assert not any(YES_NO_COLOR.fullmatch(question.text) for question in asked(*twins))


def test_yes_and_no_to_a_color() -> None:
    placed = (at("dog", 0.25, 0.25, color="brown"), at("car", 0.75, 0.75, color="red"))
    answers = Counter()
    for question in asked(*placed, scenes=300):
        if found := YES_NO_COLOR.fullmatch(question.text):
            assert question.kind == "yes/no"
            meant = [p for p in placed if found["word"] in true_words((p,))]
            assert question.answer == ("yes" if [p.color for p in meant] == [found["color"]] else "no")
            answers[question.answer] += 1
    assert min(answers["yes"], answers["no"]) > 0.3 * answers.total()


@pytest.mark.parametrize(
    ("dog", "cat", "phrase"),
    [
        ((0.2, 0.5), (0.8, 0.5), r"left of"),
        ((0.8, 0.5), (0.2, 0.5), r"right of"),
        ((0.5, 0.2), (0.5, 0.8), r"(above|over)"),
        ((0.5, 0.8), (0.5, 0.2), r"(below|under)"),
    ],
)
def test_relations(dog: tuple[float, float], cat: tuple[float, float], phrase: str) -> None:
    """The dog lies `phrase` the cat, and the cat the other way round."""
    for question in of_kind("relation", at("dog", *dog), at("cat", *cat)):
        assert {question.answer} == {"dog", "cat"} - set(re.findall(r"\bdog|cat\b", question.text))
        assert bool(re.search(phrase, question.text)) == (question.answer == "dog"), question.text


def test_no_relation_where_it_is_not_plain() -> None:
    for placed in (
        (at("dog", 0.3, 0.3), at("cat", 0.7, 0.7)),
        (at("dog", 0.2, 0.5), at("dog", 0.8, 0.5)),
        (at("dog", 0.2, 0.5), at("cat", 0.8, 0.5), at("car", 0.5, 0.9)),
    ):
        assert not any(question.kind == "relation" for question in asked(*placed))


def test_sizes() -> None:
    for question in of_kind("size", at("dog", 0.3, 0.3, 0.4), at("cat", 0.8, 0.8, 0.2)):
        assert question.answer == ("cat" if "smaller" in question.text else "dog")
        assert "dog" in question.text and "cat" in question.text
    alike = (at("dog", 0.3, 0.3, 0.3), at("cat", 0.8, 0.8, 0.28))
    assert not any(question.kind == "size" for question in asked(*alike))
