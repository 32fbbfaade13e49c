"""The vocabulary: every name once, every chain of kinds with an end, every class one of ImageNet's."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fusion import vocabulary as module
from fusion.errors import UserError
from fusion.vocabulary import by_name, categories, kinds, vocabulary

HEADER = "name,parent,category,words,classes\n"


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A vocabulary of the test's own."""

    def forget() -> None:
        vocabulary.cache_clear()
        by_name.cache_clear()

    forget()
    monkeypatch.setattr(module, "FILE", tmp_path / "vocabulary.csv")
    yield tmp_path / "vocabulary.csv"
    monkeypatch.undo()
    forget()


def test_a_row_is_read(table: Path) -> None:
    table.write_text(HEADER + "owl,bird,animal,barn owl;hooter,24 7-9\nbird,,animal,,\n", encoding="utf-8")
    owl, bird = vocabulary()
    assert (owl.name, owl.parent, owl.category) == ("owl", "bird", "animal")
    assert owl.words == ("barn owl", "hooter")
    assert owl.all_words == ("owl", "barn owl", "hooter")
    assert owl.classes == (24, 7, 8, 9)
    assert (bird.parent, bird.words, bird.classes) == ("", (), ())
    assert by_name()["owl"] is owl


def test_kinds_go_from_the_particular_to_the_general(table: Path) -> None:
    rows = "owl,bird,animal,,\nbird,,animal,,\napple,fruit,food,,\nbarn owl,owl,animal,,\nfood,,food,,\n"
    table.write_text(HEADER + rows, encoding="utf-8")
    assert kinds("barn owl") == ("barn owl", "owl", "bird", "animal")
    assert kinds("apple") == ("apple", "fruit", "food"), "a parent may be no name of its own"
    assert kinds("food") == ("food",), "a name that is its own category"
    assert categories() == ("animal", "food")


def test_a_circle_of_parents_ends(table: Path) -> None:
    table.write_text(HEADER + "a,b,object,,\nb,a,object,,\n", encoding="utf-8")
    assert kinds("a") == ("a", "b", "object")


def test_every_name_and_every_word_stands_once() -> None:
    words = [word for name in vocabulary() for word in name.all_words]
    assert len(words) == len(set(words))
    assert all(word == word.strip().lower() and word for word in words)


def test_every_chain_of_kinds_ends_with_the_category() -> None:
    for name in vocabulary():
        chain = kinds(name.name)
        assert chain[0] == name.name and chain[-1] == name.category
        assert len(chain) == len(set(chain)) <= 5
        for general in chain[1:]:
            if general in by_name():
                assert by_name()[general].category == name.category, f"{name.name} is a {general}"


def test_categories_are_few_and_no_word_of_a_name_is_a_kind() -> None:
    general = {*categories(), *(name.parent for name in vocabulary() if name.parent)}
    assert 10 <= len(categories()) <= 20
    assert not general & {word for name in vocabulary() for word in name.words}


def test_classes_are_of_imagenet_and_none_stands_twice_in_a_name() -> None:
    for name in vocabulary():
        assert all(0 <= number <= 999 for number in name.classes), name.name
        assert len(set(name.classes)) == len(name.classes), name.name
    assert len({number for name in vocabulary() for number in name.classes}) > 900


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"\xff\xfe\x00",
        b"name,parent\na,b\n",
        HEADER.encode() + b"owl,bird,animal\n",
        HEADER.encode() + b"owl,bird,animal,,twenty\n",
        HEADER.encode() + b"owl,bird,animal,,3-\xc3\xa9\n",
    ],
)
def test_a_missing_or_damaged_file_is_one_sentence(table: Path, content: bytes | None) -> None:
    if content is not None:
        table.write_bytes(content)
    with pytest.raises(UserError) as refused:
        vocabulary()
    assert str(refused.value) == "vocabulary.csv is missing or damaged; restore it from the repository."
