"""Weights that a model hub keeps: which files, at which commit, and where they lie on this machine."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from huggingface_hub import try_to_load_from_cache

from fusion.errors import MissingWeights, UserError
from fusion.language import say

LOCAL = "local-dir:"  # a folder may be told as open_clip and timm tell theirs

M = TypeVar("M")


@dataclass(frozen=True)
class Weights:
    """The files of one model.

    name: of the model, and of its folder under $FUSION_MODELS. repository, revision: on the hub, pinned to a
    commit. files: those that are needed. megabytes: about how many they are. licence: of the weights.
    """

    name: str
    repository: str
    revision: str
    files: tuple[str, ...]
    megabytes: int
    licence: str

    def found(self) -> Path | None:
        """The folder that holds them: $FUSION_MODELS/NAME, else the hub's cache; None where neither does."""
        own = _models_folder()
        if own is not None and (own / self.name).is_dir() and any((own / self.name).glob("*.safetensors")):
            return own / self.name
        paths = [try_to_load_from_cache(self.repository, file, revision=self.revision) for file in self.files]
        whole = all(isinstance(path, str) and Path(path).is_file() for path in paths)
        return Path(str(paths[0])).parent if whole else None

    def folder(self) -> Path:
        """The folder that holds them; raises MissingWeights where none does. Nothing is downloaded."""
        found = self.found()
        if found is None:
            raise MissingWeights(self.missing_sentence(), self.name)
        return found

    def load(self, read: Callable[[Path], M]) -> M:
        """What `read` makes of the folder that holds them.

        Raises MissingWeights where there is none, UserError where it can make nothing of it.
        """
        folder = self.folder()
        try:
            return read(folder)
        except Exception as error:  # the libraries raise anything at all over files that they cannot use
            whole = folder.parents[1] if folder.parent.name == "snapshots" else folder  # of the hub's cache
            raise UserError(
                say(
                    "The files in {folder} are damaged or of another model than {name}; remove them and run: "
                    "python -m fusion download {name}.",
                    folder=whole,
                    name=self.name,
                )
            ) from error

    def missing_sentence(self) -> str:
        """What is missing, and how to get it."""
        return say(
            "The weights of {name} ({size}) are not on this machine; run: python -m fusion download {name}, "
            "or set FUSION_MODELS to a folder that holds them as {name}.",
            name=self.name,
            size=self.size,
        )

    @property
    def size(self) -> str:
        """About how much there is to download, to be read."""
        return f"{self.megabytes / 1000:.1f} GB" if self.megabytes >= 1000 else f"{self.megabytes} MB"

    def fingerprint(self) -> str:
        """Changes with the content of the files at hand; "" where there are none."""
        folder = self.found()
        if folder is None:
            return ""
        digest = hashlib.sha256()
        beside = (folder / file for file in self.files if not file.endswith(".safetensors"))
        for path in sorted([*folder.glob("*.safetensors"), *filter(Path.is_file, beside)]):
            status = path.stat()
            digest.update(_digest(path, status.st_size, status.st_mtime_ns))
        return digest.hexdigest()[:16]


@lru_cache
def _digest(path: Path, size: int, changed: int) -> bytes:
    """Of a file that had this size when it was changed at that time."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _models_folder() -> Path | None:
    given = os.environ.get("FUSION_MODELS", "").removeprefix(LOCAL)
    return Path(given).expanduser() if given else None
