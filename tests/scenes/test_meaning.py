"""What words mean: lists by hand that hold to the vocabulary, and what may be true of a thing."""

from fusion.scenes import meaning
from fusion.scenes.meaning import BEHIND, LOOSE, SAME, general_words, may_be, same_words
from fusion.vocabulary import by_name, categories, kinds, vocabulary

KNOWN = {*by_name(), *(name.parent for name in vocabulary()), *categories()}


def test_the_lists_name_what_the_vocabulary_has() -> None:
    assert {word for name in vocabulary() for word in name.words} >= SAME
    assert set(by_name()) >= LOOSE
    assert KNOWN >= BEHIND
    for seen, maybe in meaning._maybe():
        assert seen and maybe and KNOWN >= seen | {word.removesuffix("*") for word in maybe}


def test_only_what_is_the_same_stands_for_a_name() -> None:
    assert same_words("kangaroo") == () and same_words("soldier") == ()
    assert same_words("rhinoceros") == ("rhino",)
    assert same_words("rabbit") == ("bunny",), "no hare"


def test_general_words_are_what_people_would_say() -> None:
    assert general_words("owl") == ("bird", "animal")
    assert general_words("wheel") == () and general_words("coin") == () and general_words("sea") == ()


def test_whatever_a_thing_is_it_may_be() -> None:
    for name in by_name():
        assert may_be(name) >= {name, *kinds(name), *by_name()[name].words}
    assert {"owl", "eagle", "feather"} <= may_be("bird")
    assert "fish" not in may_be("owl") and "dog" not in may_be("cat")
    assert {"hat", "clothing", "person", "gun"} <= may_be("soldier"), "a star stands for all of a kind"
