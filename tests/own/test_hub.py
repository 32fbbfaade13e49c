"""Data sets of the library `datasets`: saved here, or of a hub that the tests stand in for."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import datasets
import pytest
from datasets import ClassLabel, Dataset, DatasetDict, Features, Value
from datasets import Image as Picture
from datasets.exceptions import DatasetNotFoundError

from fusion.errors import UserError
from fusion.own import hub, read
from fusion.own.hub import _Pictures
from tests.bring import picture, png, told

ANSWER = {"answer": Value("string"), "answer_confidence": Value("string"), "answer_id": Value("int64")}


def vqa(number: int, first: int = 0, labelled: bool = True) -> Dataset:
    """Rows in the shape of VQAv2, three questions a picture."""
    features = {
        "question_type": Value("string"),
        "multiple_choice_answer": Value("string"),
        "answers": [ANSWER],
        "question": Value("string"),
        "image": Picture(),
    }
    answers = ["yes" if i % 2 else "no" for i in range(number)]
    said = [[{"answer": a, "answer_confidence": "yes", "answer_id": i} for i in range(10)] for a in answers]
    return Dataset.from_dict(
        {
            "question_type": ["is"] * number,
            "multiple_choice_answer": answers if labelled else [None] * number,
            "answers": said if labelled else [None] * number,
            "question": [f"Is it {i}?" for i in range(number)],
            "image": [picture(first + i // 3) for i in range(number)],
        },
        features=Features(features),
    )


def classes(number: int) -> Dataset:
    """Rows with a class each, the first two without one."""
    return Dataset.from_dict(
        {
            "img": [picture(i) for i in range(number)],
            "label": [-1, -1, *(i % 3 for i in range(2, number))],
        },
        features=Features({"img": Picture(), "label": ClassLabel(names=["ant", "bee", "cat"])}),
    )


def test_a_saved_data_set_with_its_splits(tmp_path: Path, workspace: Path) -> None:
    saved = tmp_path / "Saved VQA"
    DatasetDict(train=vqa(60), validation=vqa(30, 100), test=vqa(30, 200, labelled=False)).save_to_disk(saved)
    data = read(saved, workspace)
    assert data.name == "saved-vqa" and data.labels == ("no", "yes")
    assert (len(data.train), len(data.test)) == (60, 30)  # the test keeps its answers to itself
    first = data.train[0]
    assert (first.text, first.label, first.kind, first.accepted) == ("Is it 0?", "no", "is", ("no",))
    pictures = {example.picture for example in data.train + data.test}
    assert len(pictures) == 30
    assert all(isinstance(path, Path) and path.is_relative_to(workspace) for path in pictures)
    assert "no-texts" not in told(data)


def test_a_single_split_with_classes_by_name(tmp_path: Path, workspace: Path) -> None:
    classes(62).save_to_disk(tmp_path / "saved")
    data = read(tmp_path / "saved", workspace)
    assert data.labels == ("ant", "bee", "cat")
    assert told(data)["no-label"].rows == ("row 1", "row 2")
    assert (len(data.train), len(data.test)) == (48, 12)


def test_parquet_files_by_the_names_that_the_hub_gives(tmp_path: Path, workspace: Path) -> None:
    (tmp_path / "parquet" / "data").mkdir(parents=True)
    for split, number in (("train", 60), ("test", 30)):
        rows = vqa(number, number * 10)
        rows.to_parquet(tmp_path / "parquet" / "data" / f"{split}-00000-of-00001.parquet")
    data = read(tmp_path / "parquet", workspace)
    assert (len(data.train), len(data.test)) == (60, 30)


def test_pictures_by_path_are_followed_into_the_data_set_alone(tmp_path: Path, workspace: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(png(1))
    keep = _Pictures(workspace, "hf://datasets/a/b")
    elsewhere = str(secret), f"file://{secret}", "hf://datasets/a/bc/x.png", "http://localhost/x.png"
    for address in (*elsewhere, f"file://{secret}::hf://datasets/a/b/x.png"):
        assert keep.keep({"bytes": None, "path": address}) is None
    assert _Pictures(workspace, "").keep({"bytes": None, "path": str(secret)}) is None
    assert list(workspace.iterdir()) == []
    kept = keep.keep({"bytes": png(1), "path": "../../x.png"})
    assert kept is not None and kept.parent == workspace / "pictures" and kept == keep.keep(png(1))


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., dict[str, Any]]]:
    """Puts data sets, or an error, in the place of what the hub would give, from more files than their own;
    gives back what it was asked."""
    asked: dict[str, Any] = {}

    def put(found: Any, *more: str) -> dict[str, Any]:
        def load(path: str, name: str | None = None, **options: Any) -> Any:
            asked.update(options, path=path, name=name)
            if isinstance(found, Exception):
                raise found
            sets = {split: rows.to_iterable_dataset() for split, rows in found.items()}
            files = {"train": [f"{path}@main/train.parquet", *more]}
            return SimpleNamespace(
                config=SimpleNamespace(data_files=files), as_streaming_dataset=lambda: sets
            )

        monkeypatch.setattr(datasets, "load_dataset_builder", load)
        monkeypatch.setattr(hub, "own_revision", lambda *_: "main")
        return asked

    yield put


def test_a_data_set_of_the_hub_is_streamed_and_bounded(
    stand_in: Callable[[Any], dict[str, Any]], workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "HUB_ROWS", {"train": 40, "validation": 20, "test": 20})
    asked = stand_in({"train": vqa(90), "validation": vqa(15, 100), "extra": vqa(9, 300)})
    steps: list[tuple[str, int, int]] = []
    data = read("Some-One/VQA_2:small", workspace, lambda *step: steps.append(step))
    assert (asked["path"], asked["name"]) == ("hf://datasets/Some-One/VQA_2", "small")
    assert asked["token"] is False and "trust_remote_code" not in asked
    assert Path(asked["cache_dir"]).is_relative_to(workspace)
    assert data.name == "some-one-vqa_2"
    assert len(data.train) + len(data.test) == 55
    assert told(data)["partly-read"].sentence == "The split train is larger: 40 rows of it were read."
    assert ("reading train", 40, 40) in steps


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            ConnectionError("x"),
            "The hub cannot be reached from here, so a/b cannot be read; bring files instead.",
        ),
        (DatasetNotFoundError("x"), "There is no public data set a/b on the hub; check its name."),
        (RuntimeError("Dataset scripts are no longer supported"), "a/b is no data set that can be read here"),
    ],
)
def test_why_a_data_set_cannot_be_had(
    stand_in: Callable[[Any], dict[str, Any]], workspace: Path, error: Exception, words: str
) -> None:
    stand_in(error)
    with pytest.raises(UserError) as refused:
        read("a/b", workspace)
    assert str(refused.value).startswith(words)
    assert list(workspace.iterdir()) == []


@pytest.mark.parametrize(
    "file",
    [
        "/srv/x.parquet",
        "http://10.0.0.1/x.csv",
        "hf://datasets/a/bc@main/x.csv",
        "hf://datasets/a/b@main/../../c/x.csv",
        "zip://x::/srv/x.zip",
    ],
)
def test_a_data_set_that_names_files_of_others_is_not_read(
    stand_in: Callable[..., dict[str, Any]], workspace: Path, file: str
) -> None:
    stand_in({"train": vqa(90)}, file)
    with pytest.raises(UserError, match="a/b names files that are not its own"):
        read("a/b", workspace)
    stand_in({"train": vqa(90)}, "zip://x.csv::hf://datasets/a/b@main/x.zip")
    assert read("a/b", workspace).train


def test_several_configurations_are_named(
    stand_in: Callable[[Any], dict[str, Any]], workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(ValueError("Config name is missing.\nPlease pick one among the available configs: ['x', 'y']"))
    monkeypatch.setattr(datasets, "get_dataset_config_names", lambda *_, **__: ["x", "y"])
    with pytest.raises(UserError, match="a/b has several configurations; name one as a/b:NAME, among x, y"):
        read("a/b", workspace)


def test_without_a_network_the_real_library_says_so(workspace: Path) -> None:
    with pytest.raises(UserError, match="The hub cannot be reached from here"):
        read("nobody/nothing", workspace)
    assert list(workspace.iterdir()) == []


def test_a_data_set_without_pictures_or_labels(
    stand_in: Callable[[Any], dict[str, Any]], workspace: Path
) -> None:
    stand_in({"train": Dataset.from_dict({"sentence": ["a", "b"], "label": [0, 1]})})
    with pytest.raises(UserError, match="a/b has the columns sentence, label; it needs a picture"):
        read("a/b", workspace)
    stand_in({"train": vqa(6, labelled=False)})
    with pytest.raises(UserError, match="No row of a/b has a label"):
        read("a/b", workspace)
    assert list(workspace.iterdir()) == []


def test_a_damaged_saved_data_set(tmp_path: Path, workspace: Path) -> None:
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "state.json").write_text("{}")
    with pytest.raises(UserError, match="saved is no data set that can be read here"):
        read(tmp_path / "saved", workspace)
    (tmp_path / "saved" / "state.json").unlink()
    (tmp_path / "saved" / "x.parquet").write_bytes(b"no parquet")
    with pytest.raises(UserError, match="saved is no data set that can be read here"):
        read(tmp_path / "saved", workspace)
    assert list(workspace.iterdir()) == []


def test_a_split_that_keeps_its_labels_to_itself_is_not_read_to_its_end(
    stand_in: Callable[[Any], dict[str, Any]], workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "UNLABELLED", 10)
    stand_in({"train": vqa(60), "test": vqa(60, 200, labelled=False)})
    steps: list[tuple[str, int, int]] = []
    data = read("a/b", workspace, lambda *step: steps.append(step))
    assert max(done for what, done, _ in steps if what == "reading test") == 10
    assert (len(data.train), len(data.test)) == (48, 12)
    assert "no-label" not in told(data)
