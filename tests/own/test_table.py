"""Tables in every way that programs save them."""

import json
from pathlib import Path

import pytest

from fusion.errors import UserError
from fusion.own.table import records_of

ROWS = [
    {"picture": "1.png", "text": "Größe, naïve", "label": "a"},
    {"picture": "2.png", "text": "", "label": "b"},
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_csv_of_any_spreadsheet(tmp_path: Path, encoding: str, delimiter: str, ending: str) -> None:
    lines = [delimiter.join(("picture", "text", "label"))]
    lines += [delimiter.join((row["picture"], f'"{row["text"]}"', row["label"])) for row in ROWS]
    table = tmp_path / "a.csv"
    table.write_bytes(ending.join(lines).encode(encoding))
    assert records_of(table) == ROWS


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_the_line_that_tells_excel_the_separator(
    tmp_path: Path, encoding: str, delimiter: str, ending: str
) -> None:
    table = tmp_path / "a.csv"
    lines = [
        f"sep={delimiter}",
        f'picture{delimiter}"text,,;;||\t\t"',
        f'1.png{delimiter}"two{delimiter}three"',
    ]
    table.write_bytes(ending.join(lines).encode(encoding))
    assert records_of(table) == [{"picture": "1.png", "text,,;;||\t\t": f"two{delimiter}three"}]


def test_a_text_of_several_lines(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text('picture,text,label\n1.png,"two\nlines",a\n', encoding="utf-8")
    assert records_of(table) == [{"picture": "1.png", "text": "two\nlines", "label": "a"}]


def test_a_column_without_a_name_is_left_out(tmp_path: Path) -> None:
    """As data frames write their index; it is no split and no text."""
    table = tmp_path / "a.csv"
    table.write_text(",picture,label\n0,1.png,a\n", encoding="utf-8")
    assert records_of(table) == [{"picture": "1.png", "label": "a"}]


def test_jsonl(tmp_path: Path) -> None:
    table = tmp_path / "a.jsonl"
    lines = [json.dumps(row, ensure_ascii=False) for row in [*ROWS, {"text": "one\u2028line"}]]
    table.write_text("\n\n".join(lines) + "\n[1]\n", encoding="utf-8")
    assert records_of(table) == [*ROWS, {"text": "one\u2028line"}, {}]
    table.write_text('{"a": 1}\n{broken\n', encoding="utf-8")
    with pytest.raises(UserError, match="its line 2 is no JSON"):
        records_of(table)


@pytest.mark.parametrize(
    "content", [b"picture,text\n\x81\x8d,x", b"\x00\x01\x02", b'a,b\n"' + b"x" * 200_000]
)
def test_what_is_no_table(tmp_path: Path, content: bytes) -> None:
    table = tmp_path / "a.csv"
    table.write_bytes(content)
    with pytest.raises(UserError, match=r"The table a\.csv cannot be read"):
        records_of(table)
    with pytest.raises(UserError, match=r"The table b\.csv cannot be read"):
        records_of(tmp_path / "b.csv")
