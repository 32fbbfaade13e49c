"""What each picture shows: truly read, in little, several at a time."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fusion.errors import UserError
from fusion.inputs import clean_picture, content_key
from fusion.language import later
from fusion.progress import Progress

SIDE = 160  # pixels; pictures that are alike at this size count as the same


def seen(pictures: Sequence[Path], progress: Progress) -> Iterator[tuple[Path, str]]:
    """Each picture with a key of what it shows, "" where it cannot be read."""
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        try:
            for done, key in enumerate(threads.map(_key, pictures)):
                yield pictures[done], key
                progress(later("checking the pictures"), done + 1, len(pictures))
        finally:
            threads.shutdown(cancel_futures=True)


def _key(path: Path) -> str:
    try:
        picture = clean_picture(path, SIDE)
    except UserError:
        return ""
    assert picture is not None
    return content_key(picture)
