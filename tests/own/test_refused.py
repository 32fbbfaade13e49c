"""What cannot be used is one sentence, the good rows are kept, and nothing is left on disk."""

import shutil
import zipfile
from pathlib import Path

import pytest

from fusion.own import read
from tests.bring import folder_of, picture, png, rows, save, sentence, told, write_csv, zipped


def test_a_broken_zip(tmp_path: Path, workspace: Path) -> None:
    whole = zipped(folder_of(tmp_path / "pets", rows(20)), tmp_path / "pets.zip")
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole.read_bytes()[:500])
    for content in (cut.read_bytes(), b"no zip", b""):
        cut.write_bytes(content)
        assert sentence(cut, workspace) == "cut.zip is not a whole zip archive; pack it again and try anew."


def test_a_damaged_picture_in_a_zip_is_left_out_and_a_damaged_table_is_not(
    tmp_path: Path, workspace: Path
) -> None:
    archive = tmp_path / "pets.zip"
    source = folder_of(tmp_path / "pets", rows(20))
    for name, left in (("3.png", 19), ("table.csv", 0)):
        zipped(source, archive)
        with zipfile.ZipFile(archive) as packed:
            start = packed.getinfo(name).header_offset + 30 + len(name) + 5
        data = bytearray(archive.read_bytes())
        data[start : start + 8] = b"\0" * 8
        archive.write_bytes(data)
        if left:
            found = read(archive, workspace)
            assert told(found)["unreadable-pictures"].rows == (name,)
            assert len(found.train) + len(found.test) == left
            shutil.rmtree(workspace)
            workspace.mkdir()
        else:
            assert "table.csv in pets.zip is damaged" in sentence(archive, workspace)


@pytest.mark.parametrize("name", ["../out.png", "/out.png", "a/../../out.png", "..\\out.png", "C:\\out.png"])
def test_a_path_that_climbs_out_of_the_archive(tmp_path: Path, workspace: Path, name: str) -> None:
    archive = zipped(folder_of(tmp_path / "pets", rows(20)), tmp_path / "pets.zip")
    with zipfile.ZipFile(archive, "a") as packed:
        packed.writestr(name, png(1))
    before = sorted(tmp_path.rglob("*"))
    assert "a path that leads out of it" in sentence(archive, workspace)
    assert sorted(tmp_path.rglob("*")) == before


def test_wrong_columns(tmp_path: Path, workspace: Path) -> None:
    source = folder_of(tmp_path / "pets", rows(20), ("picture", "words", "price"))
    assert sentence(source, workspace) == (
        "The table table.csv has the columns picture, words, price and lacks one called label; it needs "
        "picture, text and label, and may have split."
    )
    write_csv(source / "table.csv", rows(20), ("a", "text", "label"))
    assert "lacks one called picture" in sentence(zipped(source, tmp_path / "pets.zip"), workspace)
    write_csv(source / "table.csv", [])
    assert "has no row" in sentence(source, workspace)


def test_a_single_class(tmp_path: Path, workspace: Path) -> None:
    source = folder_of(tmp_path / "pets", rows(20, ["cat"]))
    assert sentence(zipped(source, tmp_path / "pets.zip"), workspace) == (
        "Every row that can be used has the same label, 'cat'; there must be two classes or more to tell "
        "apart."
    )
    folders = tmp_path / "folders"
    save(folders / "cat" / "1.png", 1)
    assert "the same label, 'cat'" in sentence(folders, workspace)


def test_ten_thousand_classes(tmp_path: Path, workspace: Path) -> None:
    source = tmp_path / "many"
    save(source / "1.png", 1)
    write_csv(source / "table.csv", [("1.png", f"text {i}", f"class {i}") for i in range(10_000)])
    assert sentence(zipped(source, tmp_path / "many.zip"), workspace) == (
        "There are 10,000 different labels, over 1,000; is the right column called label, with one class a "
        "row?"
    )


def test_of_ten_thousand_answers_the_most_frequent_are_kept(tmp_path: Path, workspace: Path) -> None:
    source = tmp_path / "many"
    for i in range(40):
        save(source / f"{i}.png", i)
    frequent = [(f"{i % 40}.png", f"is it {i}?", ("yes", "no")[i % 2]) for i in range(200)]
    rare = [(f"{i % 40}.png", f"what is {i}?", f"thing {i}") for i in range(9_998)]
    write_csv(source / "table.csv", [*rare, *frequent], ("image", "question", "answer"))
    data = read(source, workspace)
    assert {"yes", "no"} <= set(data.labels) and len(data.labels) <= 1_000
    assert told(data)["rare-answers"].count == 9_000
    assert "the 1,000 most frequent of 10,000" in told(data)["rare-answers"].sentence


def test_unreadable_pictures_among_good_ones(tmp_path: Path, workspace: Path) -> None:
    source = folder_of(tmp_path / "pets", rows(20))
    (source / "3.png").write_bytes((source / "3.png").read_bytes()[:60])
    (source / "4.png").write_text("no picture")
    picture(5, 4).save(source / "5.png")
    data = read(zipped(source, tmp_path / "pets.zip"), workspace)
    found = told(data)["unreadable-pictures"]
    assert found.sentence == "3 rows with a picture that cannot be read: left out."
    assert found.rows == ("3.png", "4.png", "5.png")
    assert len(data.train) + len(data.test) == 17


def test_no_picture_at_all_can_be_read(tmp_path: Path, workspace: Path) -> None:
    source = folder_of(tmp_path / "pets", rows(4))
    for path in source.glob("*.png"):
        path.write_text("no picture")
    assert "None of the pictures can be read" in sentence(source, workspace)
    for path in source.glob("*.png"):
        path.unlink()
    save(source / "other.png", 1)
    assert "None of the pictures that the rows name is there, '0.png' for one" in sentence(source, workspace)


def test_a_single_picture(tmp_path: Path, workspace: Path) -> None:
    assert "1.png is a single picture; bring several" in sentence(save(tmp_path / "1.png", 1), workspace)


def test_what_is_nothing_of_all_this(tmp_path: Path, workspace: Path) -> None:
    assert "There is no " in sentence(tmp_path / "nothing", workspace)
    (tmp_path / "empty").mkdir()
    assert "There is no picture in empty" in sentence(tmp_path / "empty", workspace)
    save(tmp_path / "loose" / "1.png", 1)
    assert "neither a table nor a folder for each class in loose" in sentence(tmp_path / "loose", workspace)
    note = tmp_path / "note.txt"
    note.write_text("buy milk")
    assert "note.txt is not a whole zip archive" in sentence(note, workspace)
    source = folder_of(tmp_path / "pets", [(name, text, "") for name, text, _ in rows(4)])
    assert "No row has a label" in sentence(source, workspace)
