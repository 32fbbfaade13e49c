"""`explain` for a folder: every picture in its turn, and what cannot be used in one sentence."""

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

import fusion
from fusion.cli import main
from fusion.errors import UserError
from fusion.explain.folder import Asked, asked_of, explain_each, files_in, free_name
from fusion.paths import ASSETS

EXAMPLES = ASSETS / "examples"
QUESTION = "what color is the shape?"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two drawings, a broken one, a note and a folder."""
    folder = tmp_path / "pictures"
    (folder / "more").mkdir(parents=True)
    for name in ("yellow-circle.png", "red-triangle.png"):
        shutil.copy(EXAMPLES / name, folder)
    (folder / "broken.png").write_bytes((EXAMPLES / "gray-circle.png").read_bytes()[:60])
    (folder / "notes.txt").write_text("buy milk")
    (folder / ".hidden.png").write_text("no picture")
    return folder


def explained(folder: Path, out: Path, *words: str) -> int:
    return main(["explain", str(folder), *words, "--task", "easy-vqa", "--out", str(out)])


def test_a_folder_is_explained_picture_by_picture(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "maps" / "here"
    assert explained(folder, out, QUESTION, "--json") == 0
    printed, told = capsys.readouterr()
    rows = json.loads(printed)
    assert [row["picture"] for row in rows] == ["broken.png", "red-triangle.png", "yellow-circle.png"]
    broken, *good = rows
    assert broken["error"].startswith("The picture broken.png is damaged") and "answer" not in broken
    assert [row["answer"]["label"] for row in good] == ["red", "yellow"]
    lens = fusion.load(task="easy-vqa")
    for row in good:
        alone = lens.explain(folder / row.pop("picture"), QUESTION)
        assert row == json.loads(json.dumps(alone))
    assert "explaining" in told and "3/3" in told
    assert sorted(path.name for path in out.iterdir()) == ["red-triangle.png", "yellow-circle.png"]
    for path in out.iterdir():
        with Image.open(path) as written, Image.open(folder / path.name) as given:
            assert written.size == given.size
    assert explained(folder, out, QUESTION) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [f"broken.png: {QUESTION}", broken["error"]]
    assert lines[2] == f"red-triangle.png: {QUESTION}" and "answers red" in lines[3]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_table_asks_where_no_question_is_given(folder: Path, kind: str) -> None:
    asked = [("yellow-circle.png", "what shape is this?"), ("yellow-circle.png", QUESTION), ("x.png", "why?")]
    rows = [{"id": i, "picture": name, "question": text} for i, (name, text) in enumerate(asked)]
    lines = [json.dumps(row) for row in rows]
    if kind == "csv":
        lines = [
            "\ufeffid,picture,question",
            *(f'{row["id"]},{row["picture"]},"{row["question"]}"' for row in rows),
        ]
        (folder / "a.csv").write_text("name,price\nx,1\n")  # another table
    (folder / f"questions.{kind}").write_text("\n".join(lines), encoding="utf-8")
    assert asked_of(files_in(folder), None) == [
        Asked(name, folder / name if name != "x.png" else None, text) for name, text in asked
    ]
    (folder / "a.csv").unlink(missing_ok=True)
    told = "one\u2028line" if kind == "jsonl" else "two\nlines"
    row = json.dumps({"picture": "x.png", "question": told}, ensure_ascii=False)
    (folder / f"a.{kind}").write_text(row if kind == "jsonl" else f'picture,question\nx.png,"{told}"\n')
    assert [one.question for one in asked_of(files_in(folder), None)] == [told]
    (folder / f"a.{kind}").unlink()
    found = [row for row, _ in explain_each(fusion.load(task="easy-vqa"), asked_of(files_in(folder), " "))]
    assert [row.get("answer", {}).get("label") for row in found] == ["circle", "yellow", None]
    assert found[2]["error"] == "The picture x.png is not among the files."
    assert {one.question for one in asked_of(files_in(folder), "why?")} == {"why?"}


def test_what_a_folder_lacks_is_one_sentence(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "maps"
    (tmp_path / "empty").mkdir()
    for words in ((tmp_path / "empty", out, "why?"), (folder, out), (folder, folder, "why?")):
        assert explained(*words) == 1
        printed, told = capsys.readouterr()
        assert printed == "" and told.startswith("fusion: ") and told.count("\n") == 1
    assert explained(folder, out, QUESTION, "--strategy", "magic") == 1
    assert "no strategy named 'magic'" in capsys.readouterr().err
    assert explained(folder, out, " " * 3) == 1
    for text in (b"picture,question\n\x81\x8d,x", b"{broken"):
        (folder / ("t.csv" if text.startswith(b"p") else "a.jsonl")).write_bytes(text)
        with pytest.raises(UserError, match="cannot be read"):
            asked_of(files_in(folder), None)


def test_no_map_takes_the_place_of_another() -> None:
    taken: list[str] = []
    for picture in ("a.jpg", "a.png", "a-2.png", "a.png", "b"):
        taken.append(free_name(picture, taken))
    assert taken == ["a.png", "a-2.png", "a-2-2.png", "a-3.png", "b.png"]
