from pathlib import Path

import pytest

from fusion.clipart.titles import bare, says_nothing, title_of


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Pear (B and W)", "pear"),
        ("pear_02", "pear"),
        ("AfricanDrum2", "african drum"),
        ("direction à suivre 4", "direction a suivre"),
        ("books-aj.svg", "books aj"),
        ("Chess (white)", "chess white"),
        ("12", ""),
    ],
)
def test_variants_of_a_title_are_one(title: str, expected: str) -> None:
    assert bare(title) == expected


@pytest.mark.parametrize("title", ["", "Part of the Flat Icon Collection", "Clipart by Nicu Buculei - pear"])
def test_a_collections_title_says_nothing(title: str) -> None:
    assert says_nothing(title)


def test_a_title_of_its_own_says_something() -> None:
    assert not says_nothing("A part of a tree")


def test_the_title_is_read_and_unescaped(tmp_path: Path) -> None:
    file = tmp_path / "a.svg"
    file.write_text("<svg><metadata><dc:title> Croissant (B &amp;amp; W) </dc:title>x</metadata></svg>")
    assert title_of(file) == "Croissant (B & W)"


@pytest.mark.parametrize("content", ["", "<svg/>", "<svg><title></title></svg>"])
def test_a_drawing_without_a_title_has_an_empty_one(tmp_path: Path, content: str) -> None:
    file = tmp_path / "a.svg"
    file.write_text(content)
    assert title_of(file) == ""


def test_a_missing_file_has_an_empty_title(tmp_path: Path) -> None:
    assert title_of(tmp_path / "none.svg") == ""
