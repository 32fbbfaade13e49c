"""A folder for what a person brings, which never outlives its use."""

import os
import shutil
import weakref
from contextlib import suppress
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from types import TracebackType

from fusion.leftovers import is_left_over

PREFIX = "fusion-own-"


class Workspace:
    """A temporary folder that is deleted when it is closed, forgotten, or left over at the process's end."""

    def __init__(self) -> None:
        self.folder = Path(mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
        self._finish = weakref.finalize(self, _delete, self.folder, os.getpid())

    def close(self) -> None:
        """Delete the folder with all that is in it."""
        self._finish()

    def __enter__(self) -> Path:
        return self.folder

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def sweep() -> None:
    """Delete the workspaces of processes that were killed before they could."""
    for folder in Path(gettempdir()).glob(f"{PREFIX}*-*"):
        number = folder.name.removeprefix(PREFIX).partition("-")[0]
        if number.isdecimal() and is_left_over(folder, int(number)):
            shutil.rmtree(folder, ignore_errors=True)


def empty(folder: Path) -> None:
    """Delete all that is in a folder, not the folder itself."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink()


def _delete(folder: Path, owner: int) -> None:
    if os.getpid() == owner:  # a forked process holds the same object
        shutil.rmtree(folder, ignore_errors=True)
