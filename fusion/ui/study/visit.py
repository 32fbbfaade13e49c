"""What the page remembers of one visitor's study, and deletes with it."""

from dataclasses import dataclass, field
from typing import Protocol
from uuid import uuid4

from PIL import Image

from fusion.answer import Reply
from fusion.errors import Stopped
from fusion.language import later
from fusion.own import Workspace
from fusion.pairs import pair_or_default
from fusion.progress import Progress
from fusion.study import Study, study
from fusion.tasks import TaskRecord
from fusion.ui.jobs import JOBS, Job


class Brought(Protocol):
    """What a visitor has brought."""

    def task(self) -> TaskRecord: ...


class Run:
    """One study on its way, with a folder that is deleted when it is closed.

    data: what the visitor brought; kept, as its pictures live as long. found: the study, once it is there.
    followed: whether its end was shown.
    """

    def __init__(self, data: Brought, seeds: int) -> None:
        self.data = data
        self.seeds = seeds
        self.found: Study | None = None
        self.closed = self.followed = False
        self._workspace = Workspace()
        try:
            self.job: Job = JOBS.start(f"study {uuid4().hex}", self._work)
        except BaseException:
            self._workspace.close()
            raise

    def close(self) -> None:
        """Stop, and delete all that was written: at once, or as soon as nothing writes there any more."""
        self.closed = True
        self.found = None
        self.job.stop()
        if self.job.over:
            self._workspace.close()

    def _work(self, progress: Progress) -> None:
        try:
            pair = pair_or_default(None, None, None)
            found = study(self.data.task(), *pair, self.seeds, progress, self._workspace.folder)
            progress(later("measuring"), 0, 1)
            found.to_dict()  # measures all that is shown, while the visitor sees that it goes on
            found.lens()
            if self.closed:
                raise Stopped
            self.found = found
        finally:
            if self.closed or self.found is None:
                self._workspace.close()


@dataclass(eq=False)
class StudyVisit:
    """run: the study that goes on or is shown. strategy: whose mistakes are shown and whose file is handed
    over. row: the mistake that is looked at, by its place in the test, -1 for none. picture, reply: what was
    tried last. thumbnails: of mistakes, by their place in the test."""

    run: Run | None = None
    strategy: str = ""
    row: int = -1
    picture: Image.Image | None = None
    reply: Reply | None = field(default=None, repr=False)
    thumbnails: dict[int, str] = field(default_factory=dict, repr=False)

    @property
    def found(self) -> Study | None:
        """The study that is shown."""
        return None if self.run is None else self.run.found

    def begin(self, data: Brought, seeds: int) -> Run:
        """Study this instead of what was before; raises UserError while the server is at work, and what was
        before stays."""
        run = Run(data, seeds)
        self.forget()
        self.run = run
        return run

    def forget(self) -> None:
        """Stop and delete all."""
        if self.run is not None:
            self.run.close()
        self.thumbnails.clear()
        self.run, self.strategy, self.row, self.picture, self.reply = None, "", -1, None, None
