"""Data sets as people bring them, small and written here."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fusion.errors import UserError
from fusion.own import OwnData, Problem, read

COLUMNS = ("picture", "text", "label")


def picture(seed: int, side: int = 24) -> Image.Image:
    """A picture unlike that of any other seed."""
    noise = np.random.default_rng(seed).integers(0, 255, (4, 6, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize((side * 3 // 2, side))


def save(path: Path, seed: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture(seed).save(path)
    return path


def rows(number: int, labels: Sequence[str] = ("cat", "dog")) -> list[tuple[str, ...]]:
    """Names of pictures, each with a text and a label of its own."""
    return [(f"{i}.png", f"text {i}", labels[i % len(labels)]) for i in range(number)]


def write_csv(path: Path, written: Iterable[Sequence[object]], columns: Sequence[str] = COLUMNS) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *written])
    return path


def write_jsonl(path: Path, written: Iterable[Mapping[str, Any]]) -> Path:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in written), encoding="utf-8")
    return path


def folder_of(folder: Path, written: Sequence[Sequence[object]], columns: Sequence[str] = COLUMNS) -> Path:
    """A folder with a table and the pictures that it names."""
    write_csv(folder / "table.csv", written, columns)
    for seed, name in enumerate(dict.fromkeys(str(row[0]) for row in written)):
        if name:
            save(folder / name, seed)
    return folder


def zipped(folder: Path, archive: Path) -> Path:
    """A zip archive of a folder's content."""
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                packed.write(path, path.relative_to(folder))
    return archive


def png(seed: int) -> bytes:
    file = io.BytesIO()
    picture(seed).save(file, "PNG")
    return file.getvalue()


def told(data: OwnData) -> dict[str, Problem]:
    """The problems by their kind."""
    assert len({one.kind for one in data.problems}) == len(data.problems)
    return {one.kind: one for one in data.problems}


def quietly(source: Path | str, workspace: Path) -> OwnData:
    """`read` into an empty workspace."""
    workspace.mkdir(exist_ok=True)
    return read(source, workspace)


def sentence(source: Path | str, workspace: Path) -> str:
    """Why it is refused; the workspace is empty afterwards."""
    with pytest.raises(UserError) as refused:
        read(source, workspace)
    assert list(workspace.iterdir()) == []
    text = str(refused.value)
    assert text[-1] in ".?" and "\n" not in text and "Error" not in text
    return text
