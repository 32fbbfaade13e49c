"""What lies in a folder: pictures with tables beside them, or a folder of pictures for each class."""

from collections.abc import Sequence
from pathlib import Path

from fusion.errors import UserError
from fusion.language import later, say
from fusion.own.columns import PICTURE, Columns, asked_in, columns_of
from fusion.own.files import Files, files_under, is_picture, is_table
from fusion.own.problems import Problem, problem
from fusion.own.rows import SPLITS, Gathered, Row
from fusion.own.table import records_of

MAX_ROWS = 100_000
PEEKED = 100  # rows whose columns are looked at
_WANTED = later(
    "bring a table (CSV or JSONL) with the columns picture, text and label beside the pictures, or a folder "
    "of pictures for each class"
)


def gather_folder(folder: Path, name: str, table: Path | None = None) -> Gathered:
    """The rows of the table, or of all whose columns are understood, else those of a folder a class."""
    files = files_under(folder)
    pictures = [path for path in files if is_picture(path)]
    tables = [path for path in files if is_table(path)] if table is None else [table]
    if not pictures:
        raise UserError(say("There is no picture in {name}; {wanted}.", name=name, wanted=_WANTED))
    read = [(path, records_of(path)) for path in tables]
    known = [
        (path, records, columns)
        for path, records in read
        if (columns := columns_of(_names(records))) is not None
    ]
    if known:
        return _of_tables(folder, name, pictures, known)
    if table is None and (found := _of_classes(_inside(folder, files), pictures)) is not None:
        return Gathered(name, found, [])
    if read:
        raise UserError(_wrong_columns(*read[0]))
    raise UserError(
        say(
            "There is neither a table nor a folder for each class in {name}; {wanted}.",
            name=name,
            wanted=_WANTED,
        )
    )


def _of_tables(
    folder: Path, name: str, pictures: Sequence[Path], known: list[tuple[Path, list[dict], Columns]]
) -> Gathered:
    files, rows, named = Files(folder, pictures), [], set()
    for table, records, columns in known:
        split = table.stem if table.stem.lower() in SPLITS else ""
        for number, record in enumerate(records, 1):
            called = str(record.get(columns.picture) or "").strip()
            picture = files.find(called, table.parent) if called else None
            named.add(picture)
            row = Row(
                name=called or later("row {number}", number=number),
                picture=picture,
                text="",
                label="",
                split=str(record.get(columns.split) or "") or split,
                kind=str(record.get(columns.kind) or ""),
            )
            rows += [
                row.but(text=asked.text, label=asked.label, accepted=asked.accepted)
                for asked in asked_in(record, columns)
            ]
    if len(rows) > MAX_ROWS:
        told = say(
            "{name} has {n:,} rows, over {most:,}; bring fewer.", name=name, n=len(rows), most=MAX_ROWS
        )
        raise UserError(told)
    unused = [path.name for path in pictures if path not in named]
    problems: list[Problem] = problem(
        "unused-pictures", "{n} that no row names: not used.", unused, "picture", "note"
    )
    return Gathered(name, rows, problems, asks=known[0][2].asks)


def _inside(folder: Path, files: Sequence[Path]) -> Path:
    """Down through folders that hold nothing but one folder."""
    while True:
        tops = {path.relative_to(folder).parts[0] for path in files}
        only = folder / tops.pop() if len(tops) == 1 else folder
        if only == folder or not only.is_dir():
            return folder
        if any(path.parent == only and is_picture(path) for path in files):
            return folder  # a single class
        folder = only


def _of_classes(root: Path, pictures: Sequence[Path]) -> list[Row] | None:
    """A row for each picture in a folder of its class; None where no picture lies in one."""
    placed = [(path, path.relative_to(root).parts) for path in pictures]
    tops = {parts[0] for _, parts in placed if len(parts) > 1}
    depth = 1 if tops and all(top.lower() in SPLITS for top in tops) else 0
    rows = [
        Row(
            name="/".join(parts),
            picture=path,
            text="",
            label=parts[depth],
            split=parts[0] if depth else "",
        )
        for path, parts in placed
        if len(parts) > depth + 1
    ]
    return rows or None


def _names(records: Sequence[dict]) -> list[str]:
    """The columns, also those that the first rows of a JSONL file leave out."""
    return list(dict.fromkeys(name for record in records[:PEEKED] for name in record))


def _wrong_columns(table: Path, records: Sequence[dict]) -> str:
    if not records:
        return say("The table {name} has no row; {wanted}.", name=table.name, wanted=_WANTED)
    names = [name for name in _names(records) if name]
    listed = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
    plain = {name.strip().lower() for name in names}
    lacks = "label" if plain & set(PICTURE) else "picture"
    return say(
        "The table {name} has the columns {columns} and lacks one called {lacks}; it needs picture, text and "
        "label, and may have split.",
        name=table.name,
        columns=listed or later("without names"),
        lacks=lacks,
    )
