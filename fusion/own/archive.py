"""A zip archive, unpacked as if it meant harm: nothing outside the folder, no links, no end of bytes."""

import errno
import re
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from fusion.errors import UserError
from fusion.language import later, say
from fusion.own.files import PICTURES, TABLES
from fusion.progress import Progress

MAX_FILES = 60_000
MAX_BYTES = 2 * 10**9  # unpacked, in all
MAX_DIRECTORY = 20_000_000  # bytes of its list of members, which is read whole before any of them is counted
CHUNK = 2**20
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


def unpack(archive: Path, folder: Path, progress: Progress) -> None:
    """The pictures and tables of a zip archive as files under `folder`; hidden and other files are left out.

    What is counted is what is truly read, whatever the archive claims. A picture that is damaged becomes an
    empty file, so that it counts as one that cannot be read. Raises UserError for what is no zip archive, is
    locked, has too many files or bytes, or holds a link or a path that leads out of it.
    """
    try:
        if _directory_size(archive) > MAX_DIRECTORY:
            raise UserError(
                say(
                    "{name} lists far more than {most:,} files; pack fewer.",
                    name=archive.name,
                    most=MAX_FILES,
                )
            )
        opened = zipfile.ZipFile(archive)
    except UserError:
        raise
    except _DAMAGED:
        told = say("{name} is not a whole zip archive; pack it again and try anew.", name=archive.name)
        raise UserError(told) from None
    with opened:
        members = [(info, place) for info in opened.infolist() if (place := _place(info)) is not None]
        if len(members) > MAX_FILES:
            raise UserError(
                say(
                    "{name} holds {n:,} files, over {most:,}; pack fewer.",
                    name=archive.name,
                    n=len(members),
                    most=MAX_FILES,
                )
            )
        left = MAX_BYTES
        for done, (info, place) in enumerate(members):
            target = folder / place
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                left -= _copy(opened, info, target, left)
            except _DAMAGED as error:
                if isinstance(error, OSError) and error.errno == errno.ENOSPC:
                    told = say("There is no room here for what {name} holds.", name=archive.name)
                    raise UserError(told) from None
                if target.suffix.lower() in TABLES or not _emptied(target):
                    raise UserError(
                        say(
                            "{file} in {name} is damaged; pack it again and try anew.",
                            file=place.name[-80:],
                            name=archive.name,
                        )
                    ) from None
            if left < 0:
                raise UserError(
                    say(
                        "{name} unpacks to more than {most} GB; bring fewer or smaller pictures.",
                        name=archive.name,
                        most=MAX_BYTES // 10**9,
                    )
                )
            progress(later("unpacking"), done + 1, len(members))


def _directory_size(archive: Path) -> int:
    """Bytes of the list of members, by the archive's own last words, as the library will believe them."""
    with archive.open("rb") as file:
        end = zipfile._EndRecData(file)  # type: ignore[attr-defined]
    return 0 if end is None else int(end[zipfile._ECD_SIZE])  # type: ignore[attr-defined]


def _place(info: zipfile.ZipInfo) -> PurePosixPath | None:
    """Where a member belongs, None where it is of no use here."""
    name = info.filename.replace("\\", "/")
    place = PurePosixPath(name)
    if place.is_absolute() or ".." in place.parts or re.match("[A-Za-z]:", name):
        raise UserError(say("The archive holds a path that leads out of it; nothing of it was unpacked."))
    if stat.S_ISLNK(info.external_attr >> 16):
        raise UserError(say("The archive holds a link; pack the files themselves. Nothing was unpacked."))
    if info.flag_bits & 1:
        raise UserError(say("The archive is locked with a password; pack it without one."))
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in place.parts)
    useful = place.suffix.lower() in PICTURES | TABLES
    return None if info.is_dir() or hidden or not useful else place


def _copy(opened: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, most: int) -> int:
    """Unpack one member; the bytes that it has, counted until they are more than `most`."""
    size = 0
    with opened.open(info) as source, target.open("wb") as file:
        while size <= most and (chunk := source.read(CHUNK)):
            size += len(chunk)
            file.write(chunk)
    return size


def _emptied(target: Path) -> bool:
    """Whether an empty file stands there now."""
    try:
        target.write_bytes(b"")
    except OSError:  # its name is too long, or a folder's
        return False
    return True
