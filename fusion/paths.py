"""Where things lie, and how they get there whole."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

ASSETS = Path(__file__).resolve().parent.parent / "assets"
CHECKPOINTS = ASSETS / "checkpoints"


def cache_folder() -> Path:
    """Folder for tokens and fitted checkpoints: $FUSION_CACHE, else the user's cache folder."""
    given = os.environ.get("FUSION_CACHE")
    if given:
        return Path(given).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fusion-lens"


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A path to write to that takes the place of `path` only when the block ends without an error.

    A reader sees the old file or the new one, never a part; an interrupted writer leaves nothing behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
