"""A table of questions becomes a table of answers: as one by one, in order, each picture encoded once."""

import codecs
import csv
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import fusion
from fusion import cache
from fusion.batch import Answers, answer_each, read_questions
from fusion.batch.answers import OWN, harmless
from fusion.cli import main
from fusion.errors import UserError
from fusion.paths import ASSETS

PICTURES = {"bird.jpg": "macaw.jpg", "cup.jpg": "cup.jpg"}
ROWS = [
    ("bird.jpg", "What bird is this?", "=HYPERLINK(1)"),
    ("cup.jpg", "Is it a cup or a spoon?", "-3.5"),
    ("gone.png", "What is it?", ""),
    ("bird.jpg", "Is there a dog?", "two\nlines"),
    ("broken.png", "What is it?", ""),
    ("bird.jpg", "", ""),
    ("", "What colour is the sky?", ""),
    ("", "", ""),
    ("../outside.jpg", "What is it?", ""),
    ("bird.jpg", "x" * 1001, ""),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A table beside its pictures, as a spreadsheet saves it."""
    home = tmp_path / "questions"
    home.mkdir()
    for name, source in PICTURES.items():
        with Image.open(ASSETS / "photos" / source) as picture:
            picture.resize((320, 240)).save(home / name)
    (tmp_path / "outside.jpg").write_bytes((home / "cup.jpg").read_bytes())
    (home / "broken.png").write_text("no picture")
    with (home / "q.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([("Picture", "question", "Answer"), *ROWS])
    return home


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_command_answers_each_row_and_tells_what_is_wrong_with_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder / "a.csv"
    assert main(["batch", str(folder / "q.csv"), "--out", str(out)]) == 0
    assert "10 rows, 5 with an error\n" in capsys.readouterr().out
    rows = read(out)
    assert list(rows[0]) == ["Picture", "question", "Answer", "strategy", "fusion_answer", *OWN[2:]]
    assert [row["Picture"] for row in rows] == [name for name, _, _ in ROWS]
    assert [bool(row["error"]) for row in rows] == [
        False,
        False,
        True,
        False,
        True,
        False,
        False,
        *[True] * 3,
    ]
    assert rows[2]["error"] == "The picture gone.png is not among the files."
    assert "is not among the files" in rows[8]["error"]  # nothing outside the folder is read
    assert "1,001 characters" in rows[9]["error"]
    assert all(row["fusion_answer"] == "" for row in rows if row["error"])
    assert [rows[i]["strategy"] for i in (0, 5, 6)] == ["cross-attention", "image-only", "text-only"]
    assert (rows[0]["Answer"], rows[1]["Answer"], rows[3]["Answer"]) == (
        "'=HYPERLINK(1)",
        "-3.5",
        "two\nlines",
    )
    found = fusion.load().ask(folder / "bird.jpg", "What bird is this?")["results"][0]
    assert rows[0]["fusion_answer"] == found["answers"][0]["label"]
    assert float(rows[0]["probability"]) == pytest.approx(found["answers"][0]["probability"], abs=2e-4)
    assert float(rows[0]["synergy"]) == pytest.approx(found["contribution"]["synergy"], abs=2e-4)
    assert rows[0]["rests_on"] == found["contribution"]["says"]
    assert rows[0]["sure"] == str(found["sure"]).lower()


def test_one_row_is_one_row(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "one.csv").write_text("question\nWhat colour is the sky?\n", encoding="utf-8")
    assert main(["batch", str(folder / "one.csv"), "--out", str(folder / "a.csv")]) == 0
    assert capsys.readouterr().out == "1 row, 0 with an error\n"


def test_a_table_may_name_its_columns_in_chinese(folder: Path) -> None:
    (folder / "中文.csv").write_text("sep=;\n图片;问题\nbird.jpg;What bird is this?\n", encoding="utf-8")
    questions = read_questions(folder / "中文.csv", folder, [folder / "bird.jpg"])
    (row,) = questions.rows
    assert (questions.picture, row.picture) == ("图片", folder / "bird.jpg")
    assert (questions.text, row.text) == ("问题", "What bird is this?")


def test_every_strategy_has_a_row_and_each_picture_is_encoded_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded: list[tuple[str, int]] = []
    encode = cache._tokens

    def noted(encoder: str, items: Any) -> Any:
        encoded.append((encoder, len(items)))
        return encode(encoder, items)

    monkeypatch.setattr(cache, "_tokens", noted)
    monkeypatch.setattr(cache, "CACHE", cache.TokenCache())
    lens = fusion.load()
    questions = read_questions(folder / "q.csv", folder, sorted(folder.glob("*.[jp][pn]g")))
    answers = Answers(questions, answer_each(lens, questions.rows, "all"))
    assert encoded == [("efficientnet-lite0", 2), ("minilm", 5)]
    lines = list(answers.lines())
    assert len(lines) == 5 * len(lens.strategies) + 5
    assert [line[3] for line in lines[: len(lens.strategies)]] == list(lens.strategies)
    assert answers.errors == 5


def test_what_cannot_be_answered_is_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, out = str(folder / "q.csv"), str(folder / "a.csv")
    (folder / "empty.csv").write_text("picture,question\n", encoding="utf-8")
    (folder / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    for options, sentence in (
        ([str(folder / "none.csv"), "--out", out], "There is no file"),
        ([table, "--out", table], "Name another file with --out"),
        ([table, "--out", str(folder)], "Name another file with --out"),
        ([table, "--out", out, "--strategy", "nod"], "There is no strategy named 'nod'"),
        ([str(folder / "empty.csv"), "--out", out], "The table empty.csv has no row."),
        ([str(folder / "other.csv"), "--out", out], "The table other.csv has the columns a, b"),
        ([table, "--out", out, "--task", "cifar10"], "cifar10 is answered by labels"),
    ):
        assert main(["batch", *options]) == 1
        told = capsys.readouterr().err
        assert told.startswith(f"fusion: {sentence}") and told.count("\n") == 1
    assert not Path(out).exists()


def test_too_many_rows_are_refused_before_any_is_answered(folder: Path) -> None:
    with pytest.raises(UserError, match=r"q\.csv has 10 rows, over 9"):
        read_questions(folder / "q.csv", folder, [], most=9)


def test_answers_are_written_whole_or_not_at_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = folder / "a.csv"
    out.write_text("as it was", encoding="utf-8")
    questions = read_questions(folder / "q.csv", folder, [])
    answers = Answers(questions, [UserError("no")] * len(questions.rows))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space"):
        patch.setattr(Path, "write_bytes", full)
        answers.write(out)
    assert out.read_text(encoding="utf-8") == "as it was"
    answers.write(out)
    assert [row["error"] for row in read(out)] == ["no"] * len(ROWS)
    assert {path.name for path in folder.iterdir()} == {*PICTURES, "broken.png", "q.csv", "a.csv"}


def test_a_spreadsheet_shows_every_letter_and_the_answers_can_be_asked_again(tmp_path: Path) -> None:
    asked, out = tmp_path / "q.csv", tmp_path / "a.csv"
    asked.write_text("picture,question\n,图里是什么？ Größe?\n", encoding="utf-8")
    questions = read_questions(asked, tmp_path, [])
    Answers(questions, [UserError("没有")]).write(out)
    assert out.read_bytes().startswith(codecs.BOM_UTF8)  # without it Excel reads the system's own encoding
    (again,) = read_questions(out, tmp_path, []).rows
    assert (again.text, again.record["error"]) == ("图里是什么？ Größe?", "没有")


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        (" =1", "' =1"),
        ("＝1+1", "'＝1+1"),
        ("-3", "-3"),
        ("+1.5e3", "+1.5e3"),
        ("a = b", "a = b"),
        ("", ""),
        ("你好", "你好"),
        ("a;=1+1", "a;'=1+1"),
        ("a, +1+1", "a,' +1+1"),
        ("a\t@SUM(A1)|-2+3", "a\t'@SUM(A1)|'-2+3"),
        ('a;"=1+1"', """a;'"=1+1\""""),
        ("a\n=1+1", "a\n'=1+1"),
        ("=1;=2", "'=1;'=2"),
        ("a;-3,cmd|' /C calc'!A0", "a;'-3,cmd|' /C calc'!A0"),
        ("a;＝1+1", "a;'＝1+1"),
        ("well, a-b; c = d | e@f.org", "well, a-b; c = d | e@f.org"),
        ("two\n\nlines, or\tthree", "two\n\nlines, or\tthree"),
        ("[12, -3, 4.5, -6e2]", "[12, -3, 4.5, -6e2]"),
        ("a; -3; b", "a; -3; b"),
    ],
)
def test_no_cell_is_a_formula(cell: str, safe: str) -> None:
    assert harmless(cell) == safe


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_no_part_of_a_cell_is_a_formula_whatever_the_separator(tmp_path: Path, delimiter: str) -> None:
    """As spreadsheets take a file's separator from the country, not from the file."""
    table = tmp_path / "q.jsonl"
    begun = [f"{space}{sign}1+1" for space in ("", " ", '"') for sign in "=+-@"]
    rows = [{"question": f"a{parted}{one}"} for parted in ";,\t|\n" for one in begun]
    table.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    questions = read_questions(table, tmp_path, [])
    Answers(questions, [UserError("no")] * len(rows)).write(tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file, delimiter=delimiter) for cell in row]
    assert len(cells) > len(rows) and not [cell for cell in cells if cell.lstrip().startswith(tuple("=+-@"))]
