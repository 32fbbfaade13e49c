"""Tables: CSV, TSV and JSONL beside pictures, in every encoding, with cells that mean harm."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from fusion.explain.folder import asked_of
from fusion.fuzz.archives import picture
from fusion.fuzz.case import Case, Fault, damaged, nothing_new, one_of
from fusion.fuzz.words import absurd_name, place_or_address, text
from fusion.inputs import clean_picture
from fusion.own import as_lines, read

PICTURES = 6
ENCODINGS = (
    "utf-8",
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp1252",
    "latin-1",
    "shift_jis",
    "gbk",
    "cp437",
    "utf-7",
    "koi8-r",
)
DEEP = 100_000
_NUMBERS = ("1", "-0", "1e999", "NaN", "Infinity", "9" * 5000, "0x1F", "1_000", "true", "null", '"\\ud800"')


def make(random: Random, place: Path) -> Case:
    """A table, read as a person's data or as questions to explain."""
    data, work = place / "data", place / "work"
    data.mkdir()
    work.mkdir()
    (place / "secret.png").write_bytes(picture(random))
    for i in range(PICTURES):
        (data / f"{i}.png").write_bytes(picture(random))
    what, name, content = one_of(random, _MAKERS)(random)
    table = data / name
    table.write_bytes(content)
    asks = random.random() < 0.2

    def attempt() -> Any:
        if asks:
            return [_asked(one.path, data) for one in asked_of([*data.iterdir()], None)]
        with nothing_new(place):
            found = read(random.choice((data, table)), work)
        for example in (*found.train, *found.test):
            _asked(example.picture if isinstance(example.picture, Path) else None, data)
        return [found.to_dict(), as_lines(found)]

    return Case(f"{what}, asked of" if asks else what, attempt)


def _asked(path: Path | None, data: Path) -> list[int] | None:
    """The size of a row's picture, which must lie with the table."""
    if path is None:
        return None
    if data.resolve() not in path.resolve().parents:
        raise Fault("a row found a picture elsewhere")
    found = clean_picture(path)
    return None if found is None else list(found.size)


def _names(random: Random) -> list[str]:
    """The columns; mostly with what is needed."""
    needed = (
        ["picture", "text", "label"] if random.random() < 0.6 else ["image", "question", "answer", "split"]
    )
    way = random.randrange(8)
    if way == 0:
        return [*needed, *needed]
    if way == 1:
        return [*needed, *[f"c{i}" for i in range(5000)]]
    if way == 2:
        return [*needed, "", "", text(random, 50)]
    if way == 3:
        return random.sample(needed, len(needed) - 1)
    return needed


def _cell(random: Random, column: str, i: int, long: int) -> str:
    if random.random() < 0.6:
        values = {"picture": f"{i % PICTURES}.png", "image": f"{i % PICTURES}.png", "split": "train"}
        return values.get(column, random.choice(("ant", "bee", "cat", f"words {i}")))
    if column in ("picture", "image"):
        odd: list[Callable[[], str]] = [
            lambda: place_or_address(random),
            lambda: absurd_name(random),
            lambda: random.choice(("../secret.png", "./0.png", "0.PNG", "data/0.png", "//0.png", "0.png\0")),
        ]
        return random.choice(odd)()
    return random.choice((text(random, long), "=1+1", '"', "''", "\n", '"\n"', "|", ",;\t"))


def _rows(random: Random, long: int = 2000) -> tuple[list[str], list[list[str]]]:
    names = _names(random)
    number = random.choice((0, 1, 12, 12, 60)) if len(names) < 100 else 4
    return names, [[_cell(random, name, i, long) for name in names] for i in range(number)]


def _csv(random: Random) -> str:
    names, rows = _rows(random)
    file = io.StringIO()
    form = {
        "delimiter": random.choice(",,,;\t|"),
        "quotechar": random.choice('"""\''),
        "lineterminator": random.choice(("\n", "\r\n", "\r", "\u2028")),
        "quoting": random.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONE)),
        "escapechar": "\\",
    }
    writer = csv.writer(file, **form)  # type: ignore[arg-type]
    if random.random() < 0.9:
        writer.writerow(names)
    writer.writerows(row if random.random() < 0.9 else row[: random.randrange(5)] * 2 for row in rows)
    return file.getvalue()


def _written(random: Random, content: str) -> bytes:
    return content.encode(random.choice(ENCODINGS), random.choice(("replace", "ignore", "xmlcharrefreplace")))


def _suffix(random: Random) -> str:
    stem = random.choice(("table", "test", "train", "a b", "\u4f60\u597d", "-x", "."))
    return stem + random.choice((".csv", ".csv", ".CSV", ".tsv"))


def _table(random: Random) -> tuple[str, str, bytes]:
    return "a table", _suffix(random), _written(random, _csv(random))


def _broken(random: Random) -> tuple[str, str, bytes]:
    return "a damaged table", _suffix(random), damaged(random, _written(random, _csv(random)))


def _giant(random: Random) -> tuple[str, str, bytes]:
    """A cell, a line or a head beyond all measure."""
    head, row = "picture,text,label\n", "0.png,words,ant\n1.png,words,bee\n"
    content = random.choice(
        (
            lambda: head + row + "2.png," + "w" * 3_000_000 + ",ant\n",
            lambda: head + row + '2.png,"' + "w\n" * 500_000,
            lambda: head + row + "2.png,words," + "\u4e00" * 200_000,
            lambda: "," * 2_000_000 + "\n" + row,
            lambda: head + row * 40_000,
            lambda: head + "," * 3_000_000,
            lambda: head + row + "\n" * 3_000_000,
        )
    )()
    return "a giant table", _suffix(random), content.encode()


def _noise(random: Random) -> tuple[str, str, bytes]:
    start = random.choice(
        (b"", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"PK\3\4", b"picture,label\n\0", b"\x1f\x8b")
    )
    name = random.choice((_suffix(random), "rows.jsonl"))
    return "no table", name, start + random.randbytes(random.choice((0, 3, 5000)))


def _value(random: Random, depth: int = 0) -> Any:
    way = random.randrange(9 if depth < 3 else 6)
    simple: tuple[Any, ...] = (None, True, random.randint(-(2**70), 2**70), 0.5, text(random, 300), "")
    if way < 6:
        return simple[way]
    if way == 6:
        return [_value(random, depth + 1) for _ in range(random.choice((0, 2, 30)))]
    return {str(_value(random, 3))[:40]: _value(random, depth + 1) for _ in range(3)}


def _jsonl(random: Random) -> tuple[str, str, bytes]:
    names, rows = _rows(random)
    lines = []
    for row in rows:
        told: Any = dict(zip(names, row, strict=True))
        for name in names[:4]:
            if random.random() < 0.2:
                told[name] = _value(random)
        lines.append(json.dumps(told if random.random() < 0.95 else _value(random)))
        if random.random() < 0.1:
            lines.append(f'{{"picture": "0.png", "label": {random.choice(_NUMBERS)}}}')
    ending = random.choice(("\n", "\r\n", "\n\n"))
    return "lines of JSON", "rows.jsonl", ending.join(lines).encode("utf-8", "surrogatepass")


def _deep(random: Random) -> tuple[str, str, bytes]:
    deep = random.choice(("[" * DEEP, '{"a":' * DEEP, "[" * 900 + "]" * 900, '{"a":' * 400 + "1" + "}" * 400))
    line = f'{{"picture": "0.png", "label": "ant", "x": {deep}}}\n'
    return "JSON without end", "rows.jsonl", line.encode() * random.choice((1, 3))


_MAKERS: list[tuple[int, Callable[[Random], tuple[str, str, bytes]]]] = [
    (50, _table),
    (20, _broken),
    (3, _giant),
    (8, _noise),
    (30, _jsonl),
    (5, _deep),
]
