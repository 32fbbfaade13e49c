"""What people bring is read, from each of its forms."""

import json
import tempfile
from pathlib import Path

import pytest

from fusion.cli import main
from fusion.errors import Stopped
from fusion.own import OwnData, as_lines, read
from fusion.tasks import Example
from tests.bring import folder_of, quietly, rows, save, sentence, told, write_csv, write_jsonl, zipped


def labels_of(examples: tuple[Example, ...]) -> list[str]:
    return [example.label for example in examples]


@pytest.mark.parametrize("kind", ["folder", "table", "zip", "zip in a folder"])
def test_pictures_with_a_table(tmp_path: Path, workspace: Path, kind: str) -> None:
    source = folder_of(tmp_path / "pets" / "pets", rows(20))
    if kind == "table":
        source = source / "table.csv"
    elif kind == "zip":
        source = zipped(source, tmp_path / "Pets & co.zip")
    elif kind == "zip in a folder":
        source = zipped(source.parent, tmp_path / "Pets & co.zip")
    data = read(source, workspace)
    assert (len(data.train), len(data.test)) == (16, 4)
    assert data.labels == ("cat", "dog")
    assert sorted(labels_of(data.test)) == ["cat", "cat", "dog", "dog"]
    assert {example.text for example in data.train + data.test} == {f"text {i}" for i in range(20)}
    for example in data.train + data.test:
        assert isinstance(example.picture, Path) and example.picture.is_file()
        assert example.picture.name == f"{example.text.split()[1]}.png"
        assert example.picture.is_relative_to(workspace if "zip" in kind else tmp_path / "pets")
    assert list(told(data)) == ["small-test"]
    assert data.name == {"folder": "pets", "table": "table"}.get(kind, "pets-co")


def test_the_task_is_what_was_read(tmp_path: Path, workspace: Path) -> None:
    data = read(folder_of(tmp_path / "pets", rows(20)), workspace)
    task = data.task()
    assert task.name == "pets" and task.labels == ("cat", "dog") and task.asked
    assert task.examples("train") == list(data.train) and task.examples("test") == list(data.test)


def test_the_same_is_split_in_the_same_way_each_time(tmp_path: Path, workspace: Path) -> None:
    source = folder_of(tmp_path / "pets", rows(20))
    assert read(source, workspace).test == read(source, workspace).test


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_folder_for_each_class(tmp_path: Path, workspace: Path, wrapped: bool) -> None:
    root = tmp_path / "pets" / ("inner" if wrapped else "")
    for i in range(20):
        save(root / ("cat" if i % 2 else "dog") / "more" / f"{i}.png", i)
    save(root / ".hidden" / "x.png", 99)
    data = read(zipped(tmp_path / "pets", tmp_path / "pets.zip"), workspace)
    assert data.labels == ("cat", "dog") and (len(data.train), len(data.test)) == (16, 4)
    assert {example.text for example in data.train} == {""}
    assert told(data)["no-texts"].count == 20


def test_folders_of_classes_below_folders_of_splits(tmp_path: Path, workspace: Path) -> None:
    for i in range(20):
        split = "Train" if i < 12 else "val" if i < 16 else "test"
        save(tmp_path / "pets" / split / ("cat" if i % 2 else "dog") / f"{i}.png", i)
    data = read(tmp_path / "pets", workspace)
    assert data.labels == ("cat", "dog")
    assert [len(data.train), sum(example.validation for example in data.train), len(data.test)] == [16, 4, 4]


def test_tables_named_by_their_split(tmp_path: Path, workspace: Path) -> None:
    written = rows(20)
    source = folder_of(tmp_path / "pets", written)
    (source / "table.csv").unlink()
    write_csv(source / "train.csv", written[:14])
    write_csv(source / "test.csv", written[14:])
    data = read(source, workspace)
    assert (len(data.train), len(data.test)) == (14, 6)


def test_other_words_for_the_columns(tmp_path: Path, workspace: Path) -> None:
    source = folder_of(tmp_path / "a", rows(20), ("Image Path", "Caption", "CLASS"))
    assert len(read(source, workspace).train) == 16
    asked = [
        {
            "image": f"{i}.png",
            "question": "What is it?",
            "answer": ("Cat", "dog")[i % 2],
            "question_type": "what",
        }
        for i in range(20)
    ]
    source = folder_of(tmp_path / "b", rows(20))
    (source / "table.csv").unlink()
    write_jsonl(source / "asked.jsonl", asked)
    data = read(source, workspace)
    assert data.labels == ("cat", "dog")  # answers in small letters, as the VQA accuracy compares them
    assert {(example.text, example.kind) for example in data.train} == {("What is it?", "what")}


def test_no_path_of_a_table_leads_out_of_its_folder(tmp_path: Path, workspace: Path) -> None:
    secret = save(tmp_path / "secret.png", 1)
    written = [*rows(20), ("../secret.png", "a", "cat"), (str(secret), "b", "dog")]
    source = folder_of(tmp_path / "pets", rows(20))
    write_csv(source / "table.csv", written)
    data = read(source, workspace)
    assert told(data)["missing-pictures"].rows == ("../secret.png", str(secret))
    assert len(data.train) + len(data.test) == 20


@pytest.mark.parametrize("what", ["unpacking", "checking the pictures"])
def test_it_can_be_stopped_and_leaves_nothing(tmp_path: Path, workspace: Path, what: str) -> None:
    archive = zipped(folder_of(tmp_path / "pets", rows(20)), tmp_path / "pets.zip")

    def stop(doing: str, done: int, total: int) -> None:
        if doing == what and done == 5:
            raise Stopped

    with pytest.raises(Stopped):
        read(archive, workspace, stop)
    assert list(workspace.iterdir()) == []


def test_progress_counts_what_is_unpacked_and_checked(tmp_path: Path, workspace: Path) -> None:
    archive = zipped(folder_of(tmp_path / "pets", rows(20)), tmp_path / "pets.zip")
    steps: list[tuple[str, int, int]] = []
    read(archive, workspace, lambda *step: steps.append(step))
    assert ("unpacking", 21, 21) in steps and ("checking the pictures", 20, 20) in steps


def test_the_preview_in_lines(tmp_path: Path, workspace: Path) -> None:
    source = folder_of(tmp_path / "pets", [*rows(20), ("missing.png", "x", "cat")])
    (source / "missing.png").unlink()
    lines = as_lines(quietly(source, workspace)).splitlines()
    assert lines[0] == "pets: 16 rows to train on, 4 to test on, 2 classes"
    assert lines[1].split() == ["cat", "8", "2"] and lines[2].split() == ["dog", "8", "2"]
    assert lines[3] == ("Warning: 1 row whose picture is not there: left out. (missing.png)")


def test_data_compares_by_what_it_holds(tmp_path: Path, workspace: Path) -> None:
    data = read(folder_of(tmp_path / "pets", rows(20)), workspace)
    assert data == OwnData(data.name, data.train, data.test, data.labels, data.problems, keeps=object())


def test_a_table_that_is_named_is_read_alone(tmp_path: Path, workspace: Path) -> None:
    source = folder_of(tmp_path / "pets", rows(40))
    write_csv(source / "few.csv", rows(20))
    assert len(read(source / "few.csv", workspace).train) == 16
    write_csv(source / "bad.csv", rows(20), ("a", "b", "c"))
    assert "bad.csv has the columns a, b, c" in sentence(source / "bad.csv", workspace)


def test_preview_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))
    archive = zipped(folder_of(tmp_path / "pets", rows(20)), tmp_path / "pets.zip")
    assert main(["preview", str(archive), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["name"], found["train"], found["test"]) == ("pets", 16, 4)
    assert found["labels"]["cat"] == {"train": 8, "test": 2}
    assert [one["kind"] for one in found["problems"]] == ["small-test"]
    assert main(["preview", str(archive)]) == 0
    assert capsys.readouterr().out.startswith("pets: 16 rows to train on")
    archive.write_bytes(b"no zip")
    assert main(["preview", str(archive)]) == 1
    printed, told_of = capsys.readouterr()
    assert printed == "" and "fusion: pets.zip is not a whole zip archive" in told_of
    assert list((tmp_path / "temp").iterdir()) == []
