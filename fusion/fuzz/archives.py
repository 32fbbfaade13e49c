"""Archives that lead out, that lie, that never end, and that are none."""

import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from random import Random

from PIL import Image

from fusion.fuzz.case import Case, Fault, damaged, nothing_new, one_of
from fusion.fuzz.words import absurd_name, text
from fusion.own import read

OUT = (
    "../out.png",
    "../../out.csv",
    "a/../../out.png",
    "/out.png",
    "//out.png",
    "C:\\out.png",
    "..\\..\\out.png",
    "a/./../..//out.jsonl",
    "\\\\host\\share\\out.png",
    "./../out.png",
    "a\\..\\..\\out.csv",
)
_ENTRY = struct.Struct("<4s4B4HL2L5H2L")  # of the central directory


def make(random: Random, place: Path) -> Case:
    """An archive, read as a person's data."""
    what, data = one_of(random, _MAKERS)(random)
    source, work = place / "brought.zip", place / "work"
    source.write_bytes(data)
    work.mkdir()

    def attempt() -> object:
        with nothing_new(place):
            found = read(source, work).to_dict()
        for path in work.rglob("*"):
            if path.is_symlink():
                raise Fault("a link was unpacked")
        return found

    return Case(what, attempt)


def picture(random: Random) -> bytes:
    """A small PNG that is like no other."""
    file = BytesIO()
    Image.frombytes("RGB", (12, 12), random.randbytes(432)).save(file, "PNG")
    return file.getvalue()


def members(random: Random) -> dict[str, bytes]:
    """What a person who means well would pack: pictures of two classes and a table."""
    found = {f"{label}/{i}.png": picture(random) for label in ("ant", "bee") for i in range(4)}
    if random.random() < 0.5:
        rows = (f"{name},words {i},{name[:3]}" for i, name in enumerate(found))
        found["table.csv"] = "\n".join(["picture,text,label", *rows]).encode()
    return found


def packed(given: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of these members."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", how) as archive:
        for name, data in given.items():
            archive.writestr(zipfile.ZipInfo(name), data, how)
    return file.getvalue()


def _named(random: Random, name: str) -> bytes:
    """With a member of any name, whatever the library thinks of it."""
    stand_in = "n" * max(1, min(len(name.encode("utf-8", "replace")), 60_000))
    data = packed(members(random) | {stand_in: picture(random)}, zipfile.ZIP_STORED)
    return data.replace(stand_in.encode(), name.encode("utf-8", "replace")[: len(stand_in)])


def _whole(random: Random) -> tuple[str, bytes]:
    how = random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
    return "a good archive", packed(members(random), how)


def _damaged(random: Random) -> tuple[str, bytes]:
    return "a damaged archive", damaged(random, packed(members(random)))


def _slip(random: Random) -> tuple[str, bytes]:
    return "a path that leads out", _named(random, random.choice(OUT))


def _absurd(random: Random) -> tuple[str, bytes]:
    name = absurd_name(random) if random.random() < 0.7 else text(random, 60_000)
    return "an absurd name", _named(random, name)


def _link(random: Random) -> tuple[str, bytes]:
    file = BytesIO(packed(members(random)))
    link = zipfile.ZipInfo(random.choice(("link.png", "ant", "table.csv")))
    link.create_system = random.choice((0, 3))
    link.external_attr = (random.choice((stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO)) | 0o777) << 16
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(link, random.choice(("/etc/passwd", "/etc", "..", "/dev/zero")))
    return "a link or a device", file.getvalue()


def _locked(random: Random) -> tuple[str, bytes]:
    data = bytearray(packed(members(random)))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        data[at + flags] |= random.choice((1, 1 << 5, 1 << 6, 8))
    return "a locked archive", bytes(data)


def _bomb(random: Random) -> tuple[str, bytes]:
    """Members that unpack to a thousand times their size."""
    size = random.choice((10**6, 60 * 10**6))
    name = random.choice(("ant/big.png", "table.csv", "rows.jsonl"))
    return "a bomb", packed(members(random) | {name: bytes([random.choice((0, 44, 120))]) * size})


def _overlapping(random: Random) -> tuple[str, bytes]:
    """Many names for the same packed bytes (Fifield 2019)."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    zeros = bytes(10**6)
    body = b"".join(packer.compress(zeros) for _ in range(30)) + packer.flush()
    number = random.choice((10, 500))
    local = (
        struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, 0, len(body), 30 * 10**6, 5, 0) + b"a.png" + body
    )
    return "names for the same bytes", local + _directory([b"a.png"] * number, len(local), len(body))


def _directory(names: list[bytes], start: int, size: int = 0, claimed: int | None = None) -> bytes:
    entries = b"".join(
        _ENTRY.pack(b"PK\1\2", 20, 3, 20, 0, 0, 8, 0, 0, 0, size, 30 * size, len(name), 0, 0, 0, 0, 0, 0)
        + name
        for name in names
    )
    n = min(len(names), 65_535) if claimed is None else claimed
    return entries + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, n, n, len(entries), start, 0)


def _many(random: Random) -> tuple[str, bytes]:
    """More members than a person has, most of them nothing."""
    number = random.choice((70_000, 300_000))
    name = random.choice((b"d/", b"a.png", b".hidden"))
    return "members without end", _directory([name] * number, 0, claimed=random.choice((1, 65_535)))


def _lies(random: Random) -> tuple[str, bytes]:
    """Sizes, checks and ways of packing that are not so."""
    data = bytearray(packed(members(random)))
    at = data.find(b"PK\x01\x02") + random.choice((10, 16, 20, 24, 28, 30, 32, 42))
    data[at : at + 4] = struct.pack("<L", random.choice((0, 1, 99, 65_535, 2**31, 2**32 - 1)))
    return "a directory that lies", bytes(data)


def _end_lies(random: Random) -> tuple[str, bytes]:
    data = bytearray(packed(members(random)))
    at = data.rfind(b"PK\x05\x06") + random.choice((4, 8, 10, 12, 16, 20))
    data[at : at + 2] = struct.pack("<H", random.choice((0, 1, 65_535)))
    return "an end that lies", bytes(data)


def _twice(random: Random) -> tuple[str, bytes]:
    """The same name twice, a folder where a file is, capitals that differ."""
    given = members(random)
    file = BytesIO(packed(given))
    with zipfile.ZipFile(file, "a") as archive:
        for name in random.sample(("ant", "ant/0.png/x.png", "ANT/0.png", "bee/1.png/", "ant//0.png"), 3):
            archive.writestr(zipfile.ZipInfo(name), picture(random))
    return "names that collide", file.getvalue()


def _nested(random: Random) -> tuple[str, bytes]:
    inner = packed(members(random))
    for _ in range(random.choice((1, 6))):
        inner = packed({random.choice(("inner.zip", "inner.png", "table.csv")): inner})
    return "archives in archives", inner


def _other(random: Random) -> tuple[str, bytes]:
    way = random.randrange(4)
    if way == 0:
        file = BytesIO()
        with tarfile.open(fileobj=file, mode=random.choice(("w", "w:gz", "w:xz"))) as archive:
            info = tarfile.TarInfo("../out.png")
            info.size = 3
            archive.addfile(info, BytesIO(b"abc"))
        return "another kind of archive", file.getvalue()
    if way == 1:
        head = random.choice(
            (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\7\1\0", b"\x28\xb5\x2f\xfd", b"PK\3\4", b"PK\5\6")
        )
        return "the start of another archive", head + random.randbytes(200)
    if way == 2:
        return "an archive of nothing", random.choice((packed({}), b"", b"PK\5\6" + bytes(18)))
    return "an archive behind other bytes", random.randbytes(5000) + packed(members(random)) + b"x" * 70_000


_MAKERS: list[tuple[int, Callable[[Random], tuple[str, bytes]]]] = [
    (6, _whole),
    (25, _damaged),
    (14, _slip),
    (14, _absurd),
    (8, _link),
    (5, _locked),
    (2, _bomb),
    (2, _overlapping),
    (3, _many),
    (12, _lies),
    (8, _end_lies),
    (6, _twice),
    (4, _nested),
    (8, _other),
]
