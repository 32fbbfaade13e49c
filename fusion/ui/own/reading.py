"""What a visitor brings, read in a thread of its own, and what is kept of it: nothing once they have left."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PureWindowsPath
from threading import BoundedSemaphore

from fusion.errors import UserError
from fusion.language import later, say
from fusion.own import OwnData, Workspace, fetch, read
from fusion.own.files import is_table
from fusion.progress import Progress
from fusion.ui.jobs import Job
from fusion.ui.own.example import write_example
from fusion.ui.own.view import found
from fusion.ui.turns import turn

BROUGHT, READ = "brought", "read"  # folders of a workspace
AT_ONCE = 4  # readings, for all visitors together

_turns = BoundedSemaphore(AT_ONCE)
Uploads = Sequence[tuple[str, str]]  # path, name


class Reading:
    """One data set on its way to its preview.

    source: the name of one on the hub, what was uploaded, or None for the example. panel: the preview in
    HTML, once it is there. data: what was read; it keeps its workspace alive.
    """

    def __init__(self, title: str, source: Path | str | None, workspace: Workspace) -> None:
        self.title = title
        self.data: OwnData | None = None
        self.panel = ""
        self._source: Path | str | None = source
        self._workspace = workspace
        self.job = Job(f"read {id(self)}", self._read)

    def close(self) -> None:
        """Stop, and delete all that was brought: at once, or as soon as nothing writes there any more."""
        self.job.stop()
        self.data, self.panel = None, ""
        if self.job.over:
            self._workspace.close()

    def _read(self, progress: Progress) -> None:
        try:
            with turn(_turns, progress):
                data = replace(self._data(progress), keeps=self._workspace)
                self.panel = found(data)
                progress(later("reading"), 1, 1)
                self.data = data
        except BaseException:
            self._workspace.close()
            raise

    def _data(self, progress: Progress) -> OwnData:
        folder = self._workspace.folder
        source = write_example(folder / BROUGHT, progress) if self._source is None else self._source
        (folder / READ).mkdir()
        if isinstance(source, str):
            return fetch(source, folder / READ, progress)
        data = read(source, folder / READ, progress)
        if source.is_file() and not is_table(source):
            source.unlink()  # unpacked by now
        return data


@dataclass(eq=False)
class OwnVisit:
    """What one visitor reads, and what they have read last and still see."""

    reading: Reading | None = None
    kept: Reading | None = None

    def begin(self, title: str, source: Path | str | None, workspace: Workspace) -> Reading:
        """Read this; what was read before is kept until this is."""
        self._drop()
        self.reading = Reading(title, source, workspace)
        return self.reading

    def end(self) -> None:
        """What was read takes the place of what was kept, unless nothing came of it."""
        if self.reading is not None and self.reading.data is not None:
            if self.kept is not None:
                self.kept.close()
            self.kept = self.reading
        self.reading = None

    def forget(self) -> None:
        """Stop and delete all."""
        self._drop()
        if self.kept is not None:
            self.kept.close()
            self.kept = None

    def _drop(self) -> None:
        if self.reading is not None:
            self.reading.close()
            self.reading = None


def taken(uploads: Uploads, workspace: Workspace) -> Path:
    """The uploaded files moved into the workspace: the archive, the table or the folder to read.

    Raises UserError where there are several archives, or files beside one, or where they are gone.
    """
    folder = workspace.folder / BROUGHT / "your-data"
    folder.mkdir(parents=True)
    names = [PureWindowsPath(name).name for _, name in uploads]  # parts paths at / and at \
    archives = [name for name in names if name.lower().endswith(".zip")]
    if archives and len(names) > 1:
        raise UserError(say("Bring one zip archive alone, or several pictures with one table."))
    for (path, _), name in zip(uploads, names, strict=True):
        try:
            shutil.move(path, folder / (name or "file"))
        except FileNotFoundError:
            raise UserError(say("The upload {name} is gone; upload it again.", name=name)) from None
    if len(names) == 1:
        return folder / names[0]
    tables = [folder / name for name in names if is_table(Path(name))]
    return tables[0] if len(tables) == 1 else folder
