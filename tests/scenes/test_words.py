"""English: articles, plurals, and what a kind of thing is called."""

import pytest

from fusion.scenes.words import (
    IRREGULAR,
    UNCOUNTED,
    UNIQUE,
    are,
    counted,
    do,
    is_plural,
    kind,
    plural,
    with_article,
)
from fusion.vocabulary import categories, vocabulary


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("cat", "a cat"),
        ("owl", "an owl"),
        ("apple", "an apple"),
        ("unicycle", "a unicycle"),
        ("umbrella", "an umbrella"),
        ("ice cream", "an ice cream"),
        ("hourglass", "an hourglass"),
        ("horse", "a horse"),
        ("earth", "the earth"),
        ("furniture", "furniture"),
        ("scissors", "scissors"),
        ("toilet paper", "toilet paper"),
        ("french fries", "french fries"),
        ("bread", "bread"),
    ],
)
def test_articles(word: str, expected: str) -> None:
    assert with_article(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("cat", "cats"),
        ("bus", "buses"),
        ("fox", "foxes"),
        ("church", "churches"),
        ("paintbrush", "paintbrushes"),
        ("cherry", "cherries"),
        ("monkey", "monkeys"),
        ("toy", "toys"),
        ("mouse", "mice"),
        ("computer mouse", "computer mice"),
        ("sheep", "sheep"),
        ("knife", "knives"),
        ("leaf", "leaves"),
        ("person", "people"),
        ("tomato", "tomatoes"),
        ("piano", "pianos"),
        ("teddy bear", "teddy bears"),
        ("scissors", "scissors"),
        ("rice", "rice"),
    ],
)
def test_plurals(word: str, expected: str) -> None:
    assert plural(word) == expected


def test_every_name_has_both_and_only_what_is_not_counted_is_its_own_plural() -> None:
    for name in vocabulary():
        for word in name.all_words:
            assert counted(word) == (word not in UNCOUNTED | UNIQUE)
            assert with_article(word).endswith(word)
            if plural(word) == word:
                assert not counted(word) or word.split()[-1] in IRREGULAR, word
            assert (with_article(word) == word) == (word in UNCOUNTED)


def test_one_thing_of_a_kind_is_called_so_that_it_can_be_asked_for() -> None:
    assert kind("furniture") == "piece of furniture"
    assert kind("animal") == "animal"
    for category in categories():
        assert category in kind(category)


def test_verbs_agree() -> None:
    assert [are(word) for word in ("cat", "scissors", "grass", "dice", "food")] == [
        "is",
        "are",
        "is",
        "are",
        "is",
    ]
    assert (do("pliers"), do("bus")) == ("do", "does")
    assert is_plural("ruins") and not is_plural("bus")
