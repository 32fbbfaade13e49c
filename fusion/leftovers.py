"""What a process that was killed left half done, and could not clear away itself."""

from pathlib import Path

import psutil


def is_left_over(path: Path, owner: int) -> bool:
    """Whether the process of that number, whose path it was, is gone.

    Another may have its number since, in a container always the first one: it is younger than the path.
    """
    try:
        return bool(psutil.Process(owner).create_time() > path.stat().st_mtime + 1)  # clocks differ a little
    except psutil.NoSuchProcess:
        return True
    except (psutil.AccessDenied, FileNotFoundError):
        return False
