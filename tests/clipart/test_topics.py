import csv
from pathlib import PurePath

import pytest

from fusion.clipart.topics import TABLE, topic_of, topics


@pytest.mark.parametrize(
    ("inside", "topic"),
    [
        ("animals/birds/owl.png", "animals"),
        ("computer/mouse.png", "computers and electronics"),
        ("computer/buttons/red.png", ""),
        ("computer/icons/hotel_icon_golf.png", ""),
        ("computer/icons/key.png", "computers and electronics"),
        ("science/astronomy/moon.png", "geography"),
        ("science/flask.png", "education and science"),
        ("signs_and_symbols/flags/europe/italy.png", ""),
        ("nowhere/owl.png", ""),
    ],
)
def test_the_longest_rule_decides(inside: str, topic: str) -> None:
    assert topic_of(PurePath(inside)) == topic


def test_whatever_is_dropped_says_why() -> None:
    with TABLE.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert all(row["topic"] or row["why"] for row in rows)
    assert len({row["where"] for row in rows}) == len(rows)


def test_there_are_fourteen_topics_in_alphabetical_order() -> None:
    assert len(topics()) == 14
    assert list(topics()) == sorted(topics())
