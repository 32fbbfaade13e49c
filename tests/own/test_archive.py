"""Archives that mean harm, or mean well and hold too much."""

import errno
import stat
import zipfile
from pathlib import Path

import pytest

from fusion.errors import UserError
from fusion.own import archive as archives
from fusion.own.archive import unpack
from fusion.own.files import files_under
from fusion.progress import silent
from tests.bring import png


def packed(path: Path, members: dict[str, bytes], how: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", how) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def test_pictures_and_tables_come_out_and_nothing_else(tmp_path: Path, folder: Path) -> None:
    members = {"a/1.PNG": png(1), "a\\2.jpg": b"x", "t.csv": b"a,b", "rows.jsonl": b"{}"}
    useless = {
        "__MACOSX/a/._1.png": b"",
        "a/.DS_Store": b"",
        "read.me": b"x",
        ".git/1.png": b"x",
        "run.sh": b"",
    }
    unpack(packed(tmp_path / "a.zip", members | useless), folder, silent)
    found = [path.relative_to(folder).as_posix() for path in files_under(folder)]
    assert found == ["a/1.PNG", "a/2.jpg", "rows.jsonl", "t.csv"]
    assert (folder / "a/1.PNG").read_bytes() == png(1)


def test_a_link_is_refused(tmp_path: Path, folder: Path) -> None:
    path = packed(tmp_path / "a.zip", {"1.png": png(1)})
    link = zipfile.ZipInfo("2.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as file:
        file.writestr(link, "/etc/passwd")
    with pytest.raises(UserError, match="holds a link"):
        unpack(path, folder, silent)
    assert list(folder.iterdir()) == []


def test_a_password_is_asked_to_be_left_out(tmp_path: Path, folder: Path) -> None:
    path = packed(tmp_path / "a.zip", {"1.png": png(1)})
    data = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + flags] |= 1
    path.write_bytes(data)
    with pytest.raises(UserError, match="locked with a password"):
        unpack(path, folder, silent)


def test_too_many_files(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_FILES", 3)
    members = {f"{i}.png": b"" for i in range(4)} | {f"{i}.txt": b"" for i in range(9)}
    with pytest.raises(UserError, match="holds 4 files, over 3"):
        unpack(packed(tmp_path / "a.zip", members), folder, silent)


def test_a_bomb_is_measured_by_what_comes_out_of_it(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MAX_BYTES", 10_000_000)
    monkeypatch.setattr(archives, "CHUNK", 100_000)
    path = packed(tmp_path / "a.zip", {"1.png": bytes(60_000_000)}, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 100_000
    with pytest.raises(UserError, match="unpacks to more than"):
        unpack(path, folder, silent)
    assert sum(file.stat().st_size for file in files_under(folder)) < 11_000_000


def test_a_header_that_claims_little_is_not_believed(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is beyond the size that an archive claims is never read; the picture counts as damaged."""
    monkeypatch.setattr(archives, "MAX_BYTES", 10_000_000)
    path = packed(tmp_path / "a.zip", {"1.png": bytes(5_000_000)}, zipfile.ZIP_DEFLATED)
    data = path.read_bytes().replace((5_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    path.write_bytes(data)
    unpack(path, folder, silent)
    assert (folder / "1.png").read_bytes() == b""


def test_a_file_that_is_a_folder_too(tmp_path: Path, folder: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a.png": png(1), "a.png/b.png": png(2)})
    with pytest.raises(UserError, match="is damaged"):
        unpack(path, folder, silent)


def test_a_name_that_is_too_long(tmp_path: Path, folder: Path) -> None:
    path = packed(tmp_path / "a.zip", {f"{'a' * 400}.png": png(1), "b.png": png(2)})
    with pytest.raises(UserError, match="is damaged"):
        unpack(path, folder, silent)


def test_a_full_disk_is_told(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(archives, "_copy", full)
    with pytest.raises(UserError, match="no room here"):
        unpack(packed(tmp_path / "a.zip", {"1.png": png(1)}), folder, silent)
