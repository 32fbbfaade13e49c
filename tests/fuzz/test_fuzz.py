"""A small slice of the bad input, and that what must not happen is seen where it does."""

import socket
from pathlib import Path
from random import Random

import pytest

from fusion.errors import LONGEST, UserError
from fusion.fuzz import fuzz
from fusion.fuzz.case import ANSWERED, REFUSED
from fusion.fuzz.kinds import KINDS
from fusion.fuzz.report import as_dict, as_table
from fusion.fuzz.sentences import unplain
from fusion.fuzz.watch import Watch

CASES = 120


def test_a_slice_of_all_kinds_has_no_fault_and_is_the_same_again() -> None:
    outcomes = fuzz(CASES, seed=7)
    told = as_dict(outcomes, 7)
    assert told["found"] == [] and told["faults"] == 0
    assert CASES <= told["cases"] == told[ANSWERED] + told[REFUSED]
    assert set(told["kinds"]) == set(KINDS)
    assert min(told[ANSWERED], told[REFUSED]) > 0
    assert as_table(outcomes, 7).count("\n") == len(KINDS) + 1
    tables = [one for one in outcomes if one.kind == "tables"]
    (again,) = fuzz(seed=7, only=f"tables/{tables[3].number}")
    assert (again.what, again.result) == (tables[3].what, tables[3].result)


def test_what_must_not_happen_is_noted(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", Path("/etc/hostname")
    inside.mkdir()
    watch = Watch([inside])
    with watch:
        (inside / "a").write_text("x")
    assert watch.taken() == []
    with watch:
        outside.exists() and outside.read_text()
    with watch, socket.socket() as other, pytest.raises(OSError):
        other.connect(("127.0.0.1", 9))
    first, second = watch.taken()
    assert first.startswith("read outside") and "127.0.0.1" in second
    outside.exists() and outside.read_text()
    assert watch.taken() == [], "only while its block runs"


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "ValueError: no",
        "Traceback (most recent call last)",
        "see /usr/lib/a.py",
        "<class 'int'>",
        "x" * 9999,
    ],
)
def test_what_is_no_plain_sentence(sentence: str) -> None:
    assert unplain(sentence)


def test_plain_sentences() -> None:
    assert unplain("There is no task named 'x'; choose one of: photos.") == ""


def test_a_sentence_stays_short_and_on_one_line_whatever_it_repeats() -> None:
    told = str(UserError(f"There is no {'x' * 10**6}\n\ud800; name another."))
    assert len(told) < LONGEST + 10 and told.endswith("name another.") and told.isprintable()


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"requests"}))
def test_a_case_is_made_the_same_way_again(kind: str, tmp_path: Path) -> None:
    made = []
    with KINDS[kind].opened(tmp_path) as make:
        for name in ("a", "b"):
            (tmp_path / name).mkdir()
            made.append(make(Random(f"3 {kind} 5"), tmp_path / name).what)
    assert made[0] == made[1]
