"""Each problem that is told, by the data that has it."""

from pathlib import Path

import pytest

from fusion.errors import UserError
from fusion.inputs import MAX_TEXT
from fusion.own import OwnData
from tests.bring import COLUMNS, folder_of, quietly, rows, save, told, write_csv

SPLIT = (*COLUMNS, "split")


def read_rows(
    tmp_path: Path, written: list[tuple[str, ...]], columns: tuple[str, ...] = COLUMNS, name: str = "pets"
) -> OwnData:
    return quietly(folder_of(tmp_path / name, written, columns), tmp_path / "workspace")


def split_rows(number: int, tested: int) -> list[tuple[str, ...]]:
    return [(*row, "test" if i >= number - tested else "train") for i, row in enumerate(rows(number))]


def test_nothing_is_told_where_nothing_is_wrong(tmp_path: Path) -> None:
    assert read_rows(tmp_path, rows(120)).problems == ()


def test_rows_without_a_label_or_a_picture(tmp_path: Path) -> None:
    written = [*rows(120), ("", "a", "cat"), ("0.png", "b", " "), ("1.png", "c", "")]
    data = read_rows(tmp_path, written)
    found = told(data)
    assert found["no-label"].count == 2 and found["no-label"].rows == ("0.png", "1.png")
    assert found["no-label"].sentence == "2 rows without a label: left out."
    assert found["missing-pictures"].count == 1
    assert len(data.train) + len(data.test) == 120


def test_empty_texts_are_kept_for_their_pictures(tmp_path: Path) -> None:
    written = [(name, "\u200b " if i < 3 else text, label) for i, (name, text, label) in enumerate(rows(120))]
    data = read_rows(tmp_path, written)
    assert told(data)["empty-texts"].count == 3
    assert len(data.train) + len(data.test) == 120
    data = read_rows(tmp_path, [(name, label) for name, _, label in rows(120)], ("picture", "label"), "plain")
    assert told(data)["no-texts"].count == 120


def test_long_texts_are_cut(tmp_path: Path) -> None:
    written = [*rows(120), ("0.png", "words " * MAX_TEXT, "cat")]
    data = read_rows(tmp_path, written)
    assert told(data)["long-texts"].count == 1
    assert max(len(example.text) for example in data.train + data.test) in (MAX_TEXT - 1, MAX_TEXT)


def test_one_character_may_become_many(tmp_path: Path) -> None:
    """No such row may refuse all others."""
    written = [*rows(120), ("0.png", "\ufdfa" * MAX_TEXT, "cat"), ("1.png", "a", "\ufdfa" * 200)]
    data = read_rows(tmp_path, written)
    assert len(data.train) + len(data.test) == 122
    assert max(len(example.text) for example in data.train + data.test) <= MAX_TEXT


@pytest.mark.parametrize("train", [0, 100])
def test_validation_that_would_leave_nothing_to_fit_is_trained_on(tmp_path: Path, train: int) -> None:
    written = [
        (*row, "test" if i < 40 else "train" if i < 40 + train else "validation")
        for i, row in enumerate(rows(143 if train else 80))
    ]
    data = read_rows(tmp_path, written, SPLIT)
    assert told(data)["validation-trained"].count == len(written) - 40 - train
    assert len(data.train) == len(written) - 40 and len(data.test) == 40
    assert not any(example.validation for example in data.train)


def test_a_class_with_a_single_row_is_trained_on(tmp_path: Path) -> None:
    data = read_rows(tmp_path, [*rows(120), ("x.png", "x", "horse")])
    assert told(data)["single-examples"].sentence == ("1 class with a single row: trained on, never tested.")
    assert told(data)["single-examples"].rows == ("horse",)
    assert "horse" in data.labels and "horse" not in {example.label for example in data.test}
    with pytest.raises(UserError, match="Every label has a single row"):
        read_rows(tmp_path, rows(20, [f"class {i}" for i in range(20)]), name="alone")


def test_imbalance_is_told_with_numbers_and_what_to_do(tmp_path: Path) -> None:
    data = read_rows(tmp_path, rows(220, ["cat"] * 10 + ["dog"]))
    sentence = told(data)["imbalance"].sentence
    assert "160 rows to train on of 'cat' (91% of all), 16 rows of 'dog'" in sentence
    assert "weigh the classes or draw them evenly" in sentence
    assert "imbalance" not in told(read_rows(tmp_path, rows(220, ["cat"] * 8 + ["dog"]), name="even"))


def test_repeated_rows_stand_once(tmp_path: Path) -> None:
    data = read_rows(tmp_path, [*rows(120), *rows(10)])
    assert told(data)["repeats"].count == 10
    assert len(data.train) + len(data.test) == 120


def test_duplicates_across_splits_are_taken_out_of_the_test(tmp_path: Path) -> None:
    """By what the picture shows and what the text says, whatever the file is called."""
    folder = folder_of(tmp_path / "pets", split_rows(100, 40), SPLIT)
    save(folder / "copy.png", 0)
    written = [
        *split_rows(100, 40),
        ("copy.png", " text\t0", "cat", "test"),
        ("1.png", "text 1", "dog", "test"),
    ]
    write_csv(folder / "table.csv", written, SPLIT)
    data = quietly(folder, tmp_path / "workspace")
    found = told(data)["duplicates-across"]
    assert (found.count, found.rows) == (2, ("copy.png", "1.png"))
    assert found.sentence == "2 rows of the test found in training too: taken out of the test."
    assert (len(data.train), len(data.test)) == (60, 40)


def test_a_picture_in_both_splits_with_another_text_is_told(tmp_path: Path) -> None:
    data = read_rows(tmp_path, [*split_rows(100, 40), ("0.png", "another", "cat", "test")], SPLIT)
    assert told(data)["pictures-across"].rows == ("0.png",)
    assert len(data.test) == 41


def test_contradicting_labels_are_counted_and_kept(tmp_path: Path) -> None:
    data = read_rows(tmp_path, [*rows(120), ("0.png", "text 0", "dog")])
    assert told(data)["conflicts"].count == 2
    assert len(data.train) + len(data.test) == 121


def test_labels_that_differ_in_capitals_alone(tmp_path: Path) -> None:
    data = read_rows(tmp_path, rows(120, ["cat", "Cat", "dog"]))
    assert told(data)["spellings"].rows == ("Cat / cat",)


def test_unknown_splits_are_trained_on(tmp_path: Path) -> None:
    written = [(*row, ("train", "test", "holiday")[i % 3]) for i, row in enumerate(rows(120))]
    data = read_rows(tmp_path, written, SPLIT)
    assert told(data)["unknown-split"].count == 40
    assert (len(data.train), len(data.test)) == (80, 40)


def test_validation_is_held_back_or_stands_in_for_the_test(tmp_path: Path) -> None:
    written = [(*row, ("train", "test", "dev", "train")[i // 30]) for i, row in enumerate(rows(120))]
    data = read_rows(tmp_path, written, SPLIT)
    assert (len(data.train), sum(e.validation for e in data.train), len(data.test)) == (90, 30, 30)
    written = [(*row, ("train", "val")[i // 60]) for i, row in enumerate(rows(120))]
    data = read_rows(tmp_path, written, SPLIT, "two")
    assert (len(data.train), sum(e.validation for e in data.train), len(data.test)) == (60, 0, 60)
    assert told(data)["validation-tested"].severity == "note"


def test_a_label_that_is_only_tested_is_left_out(tmp_path: Path) -> None:
    data = read_rows(tmp_path, [*split_rows(100, 40), ("x.png", "x", "horse", "test")], SPLIT)
    assert told(data)["labels-untrained"].count == 1
    assert data.labels == ("cat", "dog") and len(data.test) == 40


def test_unused_pictures_are_a_note_at_the_end(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "pets", rows(20))
    save(folder / "more.png", 99)
    data = quietly(folder, tmp_path / "workspace")
    assert [one.kind for one in data.problems] == ["small-test", "unused-pictures"]
    assert told(data)["unused-pictures"].rows == ("more.png",)


def test_questions_about_one_picture_are_never_parted(tmp_path: Path) -> None:
    written = [(f"{i // 6}.png", f"question {i % 6}?", ("yes", "no", "red")[i % 3]) for i in range(240)]
    data = read_rows(tmp_path, written, ("image", "question", "answer"))
    train, test = ({example.picture for example in part} for part in (data.train, data.test))
    assert not train & test and len(test) == 8 and len(data.test) == 48
    assert not {example.group for example in data.train} & {example.group for example in data.test}


def test_where_all_rows_share_a_picture_texts_are_parted(tmp_path: Path) -> None:
    data = read_rows(tmp_path, [("0.png", text, label) for _, text, label in rows(120)])
    assert (len(data.train), len(data.test)) == (96, 24)
    assert told(data)["pictures-across"].count == 24
    assert not {e.text for e in data.train} & {e.text for e in data.test}
