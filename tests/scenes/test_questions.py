"""Questions: each answer is what the placed objects say, whatever the wording."""

import re
from collections import Counter
from functools import cache

import pytest

from fusion.colors import COLORS
from fusion.scenes.asking_where import side
from fusion.scenes.meaning import BEHIND
from fusion.scenes.question import Question
from fusion.scenes.questions import A_SCENE, possible_answers, questions
from fusion.scenes.scene import COUNTS, Placed, Scene
from fusion.scenes.words import UNCOUNTED, is_plural, plural, with_article
from fusion.vocabulary import by_name, categories, kinds, vocabulary

KINDS = {"object", "animal", "category", "yes/no", "choice", "color", "count", "position", "relation", "size"}
YES_NO_COLOR = re.compile(rf"(?:Is|Are) (?:the (?P<word>.+)|this|it) (?P<color>{'|'.join(COLORS)})\?")


def at(name: str, x: float, y: float, side: float = 0.3, color: str = "") -> Placed:
    """A square thing with its middle at (x, y)."""
    return Placed(name, (x - side / 2, y - side / 2, x + side / 2, y + side / 2), color)


def asked(*placed: Placed, scenes: int = 80) -> list[Question]:
    """What is asked about these objects, in many wordings."""
    found: list[Question] = []
    for index in range(scenes):
        scene = Scene("train", index)
        scene.__dict__["placed"] = placed
        found += questions(scene)
    return found


def of_kind(kind: str, *placed: Placed) -> list[Question]:
    """Those of one type, at least a few."""
    found = [question for question in asked(*placed) if question.kind == kind]
    assert len(found) >= 5
    return found


@cache
def forms() -> dict[str, frozenset[str]]:
    """How things may be called in a question, and the words that this stands for."""
    words = {word for name in vocabulary() for word in name.all_words}
    words |= {name.parent for name in vocabulary() if name.parent} | set(categories())
    found: dict[str, set[str]] = {}
    for word in words:
        for form in (with_article(word), plural(word)):
            found.setdefault(form, set()).add(word)
    return {form: frozenset(meant) for form, meant in found.items()}


def named(text: str) -> frozenset[str]:
    """The words that the last form in a yes/no question may stand for."""
    text = re.sub(r" (in|here|are|do)( .*)?$", "", re.sub(r"[?.]$", "", text))
    ends = [form for form in forms() if text.endswith(f" {form}")]
    assert ends, text
    return forms()[max(ends, key=len)]


def true_words(placed: tuple[Placed, ...]) -> set[str]:
    """Every word for what stands there."""
    return {w for p in placed for w in (*by_name()[p.name].all_words, *kinds(p.name))}


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


@pytest.mark.parametrize(("name", "kind"), [("owl", "animal"), ("hammer", "object"), ("apple", "object")])
def test_what_it_is(name: str, kind: str) -> None:
    for question in of_kind(kind, at(name, 0.5, 0.5, 0.6)):
        assert question.answer == name
        assert name not in question.text.lower().split()


def test_what_kind_of_thing_it_is() -> None:
    seen = set()
    for question in of_kind("category", at("owl", 0.5, 0.5, 0.6)):
        assert question.answer == ("bird" if "animal" in question.text else "animal"), question.text
        seen.add(question.answer)
    assert seen == {"bird", "animal"}


def test_a_small_thing_or_one_of_several_is_not_asked_for_by_name() -> None:
    for placed in ((at("owl", 0.5, 0.5, 0.2),), (at("owl", 0.3, 0.3, 0.4), at("cat", 0.7, 0.7, 0.4))):
        assert not {q.kind for q in asked(*placed)} & {"animal", "object", "category", "choice"}


def test_choices_hold_the_answer_and_one_that_is_wrong() -> None:
    thing = at("owl", 0.5, 0.5, 0.6, color="brown")
    right = {"owl", "bird", "animal", "brown"}
    for question in of_kind("choice", thing):
        first, second = re.sub(r"[?]$", "", question.text).split(" or ")
        chosen = [word for word in right if first.endswith(f" {word}") or second.endswith(word)]
        assert len(chosen) == 1 and question.answer == chosen[0], question.text
    answers = {question.answer for question in of_kind("choice", thing)}
    assert answers == {"owl", "animal", "brown"}


def test_yes_is_true_and_no_is_not(with_and_without: bool) -> None:
    """Over the scenes themselves: by a thing's name, by another word for it or by its kind."""
    told = 0
    for index in range(300):
        scene = Scene("train", index, imagined=index % 3 == 2)
        for question in questions(scene):
            if question.kind != "yes/no" or YES_NO_COLOR.fullmatch(question.text):
                continue
            there = bool(named(question.text) & true_words(scene.placed))
            assert question.answer == ("yes" if there else "no"), (question.text, scene.placed)
            told += 1
    assert told > 300


def test_what_a_thing_may_be_more_particularly_is_not_denied() -> None:
    """A bird may be an owl: "is there an owl" has no answer."""
    for question in asked(at("bird", 0.5, 0.5, 0.6), scenes=200):
        if question.kind == "yes/no" and question.answer == "no":
            denied = named(question.text)
            names = [name for name in vocabulary() if denied & set(name.all_words)]
            assert not any("bird" in kinds(name.name) for name in names), question.text


@pytest.mark.parametrize("imagined", [False, True])
def test_yes_is_as_frequent_as_no(with_and_without: bool, imagined: bool) -> None:
    made = [q for i in range(300) for q in questions(Scene("train", i, imagined=imagined))]
    answers = Counter(question.answer for question in made if question.kind == "yes/no")
    assert set(answers) == {"yes", "no"}
    assert 0.45 <= answers["yes"] / answers.total() <= 0.55


def test_a_scene_has_a_few_different_questions_the_same_each_time(with_and_without: bool) -> None:
    answers = set(possible_answers(frozenset(by_name())))
    seen: Counter[str] = Counter()
    for index in range(200):
        made = questions(Scene("train", index))
        assert 1 <= len(made) <= A_SCENE
        assert len({question.text for question in made}) == len(made)
        assert {question.answer for question in made} <= answers
        assert made == questions(Scene("train", index))
        seen.update(question.kind for question in made)
        for question in made:
            assert question.about is None or question.about in Scene("train", index).placed
    assert set(seen) == KINDS


NOT_SAID = re.compile(
    r"\ban? (food|furniture|clothing|kitchenware|sports equipment)|(food|furniture|clothing|equipment)s\b"
    r"|picture in the picture|\b(a|an) (a|an|the)\b|\ba [aeio]|\ba hour"
)


@pytest.mark.parametrize("imagined", [False, True])
def test_the_questions_are_english(with_and_without: bool, imagined: bool) -> None:
    several = "|".join(word for word in UNCOUNTED if is_plural(word))
    agreed = re.compile(rf"\b(is|does|it|this|that) (the |there )?({several})\b", re.IGNORECASE)
    for index in range(400):
        for question in questions(Scene("train", index, imagined=imagined)):
            found = NOT_SAID.search(question.text) or agreed.search(question.text)
            assert not found, question.text


def test_what_is_told_as_many_is_asked_for_as_many() -> None:
    texts = {question.text for question in asked(at("scissors", 0.2, 0.5, color="red"), scenes=300)}
    assert {"Where are the scissors?", "Are there scissors?", "What color are the scissors?"} <= texts


def test_a_near_word_does_not_stand_for_the_thing() -> None:
    """A kangaroo is no wallaby for sure, and a hippo is a hippopotamus."""
    texts = " ".join(
        q.text for q in asked(at("kangaroo", 0.2, 0.5), at("hippopotamus", 0.8, 0.5), scenes=300)
    )
    assert "wallab" not in texts and "hippo " in texts


def test_what_a_backdrop_may_show_is_asked_for_only_as_the_thing(with_and_without: bool) -> None:
    for index in range(400):
        scene = Scene("train", index)
        for question in questions(scene):
            if question.kind == "yes/no" and not YES_NO_COLOR.fullmatch(question.text):
                if named(question.text) & BEHIND:
                    assert re.match("(is|are) (this|it|that|these|those) ", question.text.lower())
                    assert len(scene.placed) == 1


@pytest.mark.parametrize(
    ("there", "denied"),
    [
        ("rooster", "chicken"),
        ("soldier", "hat"),
        ("owl", "feather"),
        ("laptop", "keyboard"),
        ("car", "wheel"),
    ],
)
def test_what_may_belong_to_a_thing_is_not_denied(there: str, denied: str) -> None:
    for question in asked(at(there, 0.5, 0.5, 0.6), scenes=300):
        if question.kind == "yes/no" and question.answer == "no":
            assert denied not in named(question.text), question.text


def test_a_word_that_may_mean_another_thing_is_not_asked_for() -> None:
    for question in asked(at("car", 0.2, 0.5), at("van", 0.8, 0.5), at("owl", 0.5, 0.2), scenes=200):
        if question.kind in ("count", "position"):
            assert not re.search(r"\b(car|van|automobile)s?\b", question.text), question.text


def test_without_a_thing_nothing_is_asked() -> None:
    assert asked() == []


def test_every_answer_is_possible_once() -> None:
    answers = possible_answers(frozenset({"owl", "hammer"}))
    assert answers[:2] == ("owl", "hammer") or answers[:2] == ("hammer", "owl")
    assert len(set(answers)) == len(answers)
    assert {"bird", "animal", "yes", "no", "left", "middle", *COLORS, *map(str, COUNTS)} <= set(answers)
    assert "cat" not in answers
