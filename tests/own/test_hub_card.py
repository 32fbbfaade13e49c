"""A data set of the hub that declares files of others is refused before one of them is looked for."""

from collections.abc import Iterator
from pathlib import Path

import datasets
import pytest

from fusion.errors import UserError
from fusion.own import read
from fusion.own.hub_card import is_own, own_revision
from tests.hub import REVISION, Hub, served, tell_library

ELSEWHERE = [
    "/etc/*.conf",
    "../other/x.csv",
    "data/../../x.csv",
    "http://10.0.0.1/x.csv",
    "hf://datasets/a/bc/x.csv",
    "x_y.csv::http://10.0.0.1/x.zip",
    "file:///etc/*",
]


def configuration(place: str) -> str:
    """A configuration whose files of one split lie there."""
    split = f"    - split: train\n      path: [data/*.csv, '{place}']\n"
    return f"configs:\n- config_name: one\n  data_files:\n{split}"


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with served(Hub({})) as here:
        tell_library(monkeypatch, here.address, tmp_path / "kept")
        yield here


@pytest.fixture
def globbed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the library `datasets` was let loose on."""
    loose: list[str] = []

    def load(path: str, *_: object, **options: object) -> None:
        loose.append(f"{path}@{options['revision']}")
        raise RuntimeError

    monkeypatch.setattr(datasets, "load_dataset_builder", load)
    return loose


@pytest.mark.parametrize("place", ELSEWHERE)
def test_files_of_others_are_refused_before_they_are_looked_for(
    hub: Hub, globbed: list[str], workspace: Path, place: str
) -> None:
    plain = b"---\nlicense: mit\n---\n# Data\n"
    cards = [
        {"README.md": f"---\n{configuration(place)}---\n# Data\n".encode()},
        {"README.md": plain, ".huggingface.yaml": configuration(place).encode()},
        {"README.md": f"---\nconfigs:\n- config_name: one\n  data_dir: '{place}'\n---\n".encode()},
    ]
    for files in cards:
        hub.files = files
        with pytest.raises(UserError, match="a/b names files that are not its own"):
            read("a/b", workspace)
    assert globbed == []
    assert {asked.split()[1] for asked in hub.asked} <= {"README.md", ".huggingface.yaml"}
    assert list(workspace.iterdir()) == []


def test_files_of_its_own_are_read_at_the_revision_that_was_looked_at(
    hub: Hub, globbed: list[str], workspace: Path
) -> None:
    hub.files = {"README.md": f"---\n{configuration('b/**/train-*.parquet')}---\n".encode()}
    with pytest.raises(UserError, match="a/b is no data set that can be read here"):
        read("a/b", workspace)
    assert globbed == [f"hf://datasets/a/b@{REVISION}"]
    hub.files = {}
    assert own_revision("a/b", workspace / "hub") == REVISION  # without a card


def test_which_paths_are_a_data_set_s_own() -> None:
    assert all(is_own(place) for place in ("**", "data/train-*", "a..b/x.csv", "[0-9]?/*.{csv,json}"))
    assert not any(is_own(place) for place in ELSEWHERE)
