"""Where things lie, and how they get there whole."""

import glob
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from fusion.leftovers import is_left_over

ASSETS = Path(__file__).resolve().parent.parent / "assets"
CHECKPOINTS = ASSETS / "checkpoints"
_DRAFT = re.compile(r"\..+\.(\d+)\.[0-9a-f]{32}")  # what is written, and the process that does


def cache_folder() -> Path:
    """Folder for tokens and fitted checkpoints: $FUSION_CACHE, else the user's cache folder."""
    given = os.environ.get("FUSION_CACHE")
    if given:
        return Path(given).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fusion-lens"


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A path to write to that takes the place of `path` only when the block ends without an error.

    A reader sees the old file or the new one, never a part; an interrupted writer leaves nothing behind,
    and of what a killed one left the next clears away.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _clear(path.parent.glob(f".{glob.escape(path.name)}.*"))
    draft = path.with_name(f".{path.name}.{os.getpid()}.{uuid4().hex}")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def clear_drafts(folder: Path) -> None:
    """Delete the drafts of killed processes, anywhere under a folder."""
    _clear(folder.rglob(".*"))


def _clear(paths: Iterable[Path]) -> None:
    for path in paths:
        if (named := _DRAFT.fullmatch(path.name)) and is_left_over(path, int(named[1])):
            path.unlink(missing_ok=True)
