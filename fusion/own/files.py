"""Which files are pictures and which are tables, and finding the one that a row names."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

PICTURES = frozenset(
    (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".ppm", ".pgm", ".pnm", ".avif")
)
TABLES = frozenset((".csv", ".tsv", ".jsonl"))


def is_picture(path: Path) -> bool:
    return path.suffix.lower() in PICTURES


def is_table(path: Path) -> bool:
    return path.suffix.lower() in TABLES


def files_under(folder: Path) -> list[Path]:
    """All files of a folder and of those in it, in the order of their names, hidden ones left out."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(p for p in found if not any(part.startswith(".") for part in p.relative_to(folder).parts))


class Files:
    """Pictures by the name that a table gives them; only these are ever found, whatever the name says."""

    def __init__(self, root: Path, pictures: Iterable[Path]) -> None:
        self._root = root
        self._placed = {path.relative_to(root).as_posix(): path for path in pictures}
        self._named: dict[str, list[Path]] = {}
        for path in self._placed.values():
            self._named.setdefault(path.name, []).append(path)

    def find(self, name: str, beside: Path) -> Path | None:
        """The picture at that path from the folder `beside` or from the root; else the only one so named."""
        place = PurePosixPath(name.strip().replace("\\", "/"))
        for start in (beside.relative_to(self._root).as_posix(), ""):
            if (found := self._placed.get((PurePosixPath(start) / place).as_posix())) is not None:
                return found
        same = self._named.get(place.name, [])
        return same[0] if len(same) == 1 else None
