"""Data sets of the hub by name, and saved ones from disk, through the library `datasets`."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

from fusion.errors import UserError
from fusion.inputs import MAX_BYTES
from fusion.language import later, say
from fusion.own.columns import Columns, asked_in, columns_of
from fusion.own.folders import MAX_ROWS
from fusion.own.hub_card import own_revision
from fusion.own.problems import Problem
from fusion.own.rows import SPLITS, Gathered, Row, file_name
from fusion.progress import Progress

HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+(:[\w.-]+)?")
HUB_ROWS = {"train": 4000, "validation": 1000, "test": 1000}  # of each split, as they are fetched one by one
HUB_BYTES = 2 * 10**9  # of pictures, in all
UNLABELLED = 100  # rows in a row without a label: a split that keeps its labels to itself
SHUFFLED = 256  # rows held in memory at a time, as many data sets are sorted by label

# How an address tells what a file lies packed in; by others it may lead to a file of this machine.
PACKED = ("zip://", "tar://", "gzip://", "bz2://", "xz://", "lz4://", "zstd://")

Sets = Mapping[str, Any]  # a streamed data set for each split


def is_saved(folder: Path) -> bool:
    """Whether a folder was written by `save_to_disk` or holds Parquet files."""
    marks = ("dataset_dict.json", "state.json")
    return any((folder / mark).is_file() for mark in marks) or any(folder.rglob("*.parquet"))


def gather_hub(name: str, workspace: Path, progress: Progress) -> Gathered:
    """Up to HUB_ROWS of each split of a public data set, without ever running code of its own.

    name: OWNER/NAME, or OWNER/NAME:CONFIGURATION. Raises UserError where it cannot be had or understood.
    """
    import datasets

    path, _, configuration = name.partition(":")
    home = f"hf://datasets/{path}"  # never a folder of this machine
    progress(later("looking for {name}", name=name), 0, 1)
    with _told(name):
        revision = own_revision(path, workspace / "hub")
        if revision is None:
            raise _elsewhere(path)
        try:
            builder = datasets.load_dataset_builder(
                home,
                configuration or None,
                revision=revision,
                cache_dir=str(workspace / "hub"),
                download_config=datasets.DownloadConfig(cache_dir=str(workspace / "hub"), token=False),
                token=False,
            )
        except ValueError as error:
            if "Config name is missing" not in str(error) and "BuilderConfig" not in str(error):
                raise
            found = datasets.get_dataset_config_names(home, revision=revision, token=False)
            raise UserError(
                say(
                    "{name} has several configurations; name one as {name}:NAME, among {found}.",
                    name=path,
                    found=", ".join(found[:8]),
                )
            ) from None
        files = [str(file) for listed in (builder.config.data_files or {}).values() for file in listed]
        if not all(_within(file, home) for file in files):
            raise _elsewhere(path)
        sets = builder.as_streaming_dataset()
        shuffled = {split: one.shuffle(seed=0, buffer_size=SHUFFLED) for split, one in sets.items()}
        return _gather(path, shuffled, HUB_ROWS, _Pictures(workspace, home), progress)


def _elsewhere(path: str) -> UserError:
    return UserError(
        say("{name} names files that are not its own, which are not read; choose another.", name=path)
    )


def _within(address: str, home: str) -> bool:
    """Whether an address lies within a data set of the hub, in an archive of it too, and nowhere else."""
    *inner, outer = address.split("::")
    return (
        outer.startswith((f"{home}/", f"{home}@"))
        and ".." not in outer.split("/")
        and all(one.startswith(PACKED) for one in inner)
    )


def gather_saved(folder: Path, name: str, workspace: Path, progress: Progress) -> Gathered:
    """All rows of a data set that `datasets` wrote to a folder."""
    import datasets

    with _told(name):
        if (files := sorted(folder.rglob("*.parquet"))) and not (folder / "state.json").is_file():
            of = {
                split: [str(file) for file in files if _split_of(file) == split] for split in _splits(files)
            }
            sets = datasets.load_dataset(
                "parquet", data_files=of, streaming=True, cache_dir=str(workspace / "hub")
            )
        else:
            loaded = datasets.load_from_disk(str(folder))
            several = loaded if isinstance(loaded, dict) else {"": loaded}
            sets = {split: one.to_iterable_dataset() for split, one in several.items()}
        return _gather(name, sets, {}, _Pictures(workspace, ""), progress)


def _splits(files: list[Path]) -> list[str]:
    return list(dict.fromkeys(_split_of(file) for file in files))


def _split_of(file: Path) -> str:
    """train, validation or test by the name of a file, as the hub writes it: train-00000-of-00001.parquet."""
    start = re.split(r"[-_.]", file.name.lower())[0]
    return start if start in SPLITS else "train"


@dataclass
class _Pictures:
    """Writes each different picture of a data set once.

    remote: where the addresses of pictures must begin to be followed; "" follows none.
    """

    workspace: Path
    remote: str
    size: int = 0
    written: set[str] = field(default_factory=set)

    def keep(self, value: Any) -> Path | None:
        """The file with the picture of a record; None where there is none."""
        data = value.get("bytes") if isinstance(value, dict) else value
        address = value.get("path") if isinstance(value, dict) else None
        if data is None and isinstance(address, str):
            data = self._fetched(address)
        if not isinstance(data, bytes) or not data:
            return None
        name = hashlib.sha256(data).hexdigest()[:32]
        path = self.workspace / "pictures" / name
        if name not in self.written:
            self.size += len(data)
            if self.size > HUB_BYTES:
                raise UserError(
                    say(
                        "The pictures of this data set have over {most} GB; bring a smaller one.",
                        most=HUB_BYTES // 10**9,
                    )
                )
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
            self.written.add(name)
        return path

    def _fetched(self, address: str) -> bytes | None:
        """What lies at an address within the data set itself, never elsewhere and never on this machine."""
        if not self.remote or not _within(address, self.remote):
            return None
        import fsspec

        with fsspec.open(address, "rb", token=False) as file:
            return file.read(MAX_BYTES + 1)


def _gather(
    name: str, sets: Sets, limits: Mapping[str, int], pictures: _Pictures, progress: Progress
) -> Gathered:
    rows: list[Row] = []
    problems: list[Problem] = []
    asks = False
    known = [split for split in sets if SPLITS.get(split.lower())]
    for split in known or list(sets)[:1]:
        part = SPLITS.get(split.lower(), "")
        most = limits.get(part or "train", MAX_ROWS)
        found, columns, names = _opened(sets[split], name)
        asks |= columns.asks
        before, unlabelled = len(rows), 0
        for done, record in enumerate(islice(found, most + 1)):
            if done == most:
                problems.append(_partial(split, most))
                break
            asked = asked_in(_named(record, columns, names), columns)
            labelled = any(one.label for one in asked)
            unlabelled = 0 if labelled else unlabelled + 1
            if unlabelled == done + 1 > UNLABELLED:
                del rows[before:]
                break
            called = later("row {number}", number=done + 1)
            if split:
                called = later("row {number} of {split}", number=done + 1, split=split)
            place = pictures.keep(record.get(columns.picture)) if labelled else None
            kind = str(record.get(columns.kind) or "")
            rows += [Row(called, place, one.text, one.label, part, one.accepted, kind) for one in asked]
            progress(later("reading {name}", name=split or name), done + 1, most)
    if not any(row.label for row in rows):
        raise UserError(
            say("No row of {name} has a label that can be read; choose another data set.", name=name)
        )
    return Gathered(file_name(name), rows, problems, asks)


def _opened(streamed: Any, name: str) -> tuple[Iterator[dict[str, Any]], Columns, list[str] | None]:
    """The records with their pictures as bytes, what the columns mean, and the names of the classes."""
    features = streamed.features
    if features is None:
        found = iter(streamed)
        first: dict[str, Any] = next(found, {})
        names, pictures, found = list(first), [], chain([first], found)
    else:
        names = list(features)
        pictures = [one for one, kind in features.items() if type(kind).__name__ == "Image"]
        found = iter(streamed.decode(False))
    columns = columns_of(names, pictures)
    if columns is None:
        raise UserError(
            say(
                "{name} has the columns {columns}; it needs a picture (image) with a label.",
                name=name,
                columns=", ".join(names[:9]),
            )
        )
    return found, columns, getattr((features or {}).get(columns.label), "names", None)


def _named(record: dict[str, Any], columns: Columns, names: list[str] | None) -> dict[str, Any]:
    """The record with its class by name instead of by number; -1 stands for none."""
    number = record.get(columns.label)
    if names is None or not isinstance(number, int):
        return record
    return {**record, columns.label: names[number] if 0 <= number < len(names) else None}


def _partial(split: str, most: int) -> Problem:
    sentence = later("The split {split} is larger: {n:,} rows of it were read.", split=split, n=most)
    return Problem("partly-read", sentence, most, severity="note")


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Says in one sentence why a data set cannot be had, whatever the library raises."""
    from datasets.exceptions import DatasetNotFoundError
    from httpx import TransportError
    from huggingface_hub.errors import LocalEntryNotFoundError, RepositoryNotFoundError

    try:
        yield
    except UserError:
        raise
    except (DatasetNotFoundError, RepositoryNotFoundError):
        raise UserError(
            say("There is no public data set {name} on the hub; check its name.", name=name)
        ) from None
    except (ConnectionError, TimeoutError, TransportError, LocalEntryNotFoundError):
        raise UserError(
            say(
                "The hub cannot be reached from here, so {name} cannot be read; bring files instead.",
                name=name,
            )
        ) from None
    except Exception:  # whatever a data set's files make the library raise
        raise UserError(
            say("{name} is no data set that can be read here; bring its pictures and a table.", name=name)
        ) from None
