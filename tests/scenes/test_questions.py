"""Questions: each answer is what the placed objects say, whatever the wording."""

import re
from collections import Counter
from functools import cache

import pytest

from fusion.colors import COLORS
from fusion.scenes.meaning import BEHIND
from fusion.scenes.questions import A_SCENE, possible_answers, questions
from fusion.scenes.scene import COUNTS, Scene
from fusion.scenes.words import UNCOUNTED, is_plural, plural, with_article
from fusion.vocabulary import by_name, categories, kinds, vocabulary
from tests.scenes.asked import YES_NO_COLOR, asked, at, of_kind, true_words

KINDS = {"object", "animal", "category", "yes/no", "choice", "color", "count", "position", "relation", "size"}


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
