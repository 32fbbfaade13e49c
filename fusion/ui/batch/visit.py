"""What the page remembers of one visitor's table of questions; nothing of it outlives the visit."""

import csv
import shutil
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass, field
from pathlib import Path
from threading import BoundedSemaphore

import fusion
from fusion.batch import Answers, Questions, answer_each, read_questions
from fusion.errors import UserError
from fusion.language import say
from fusion.own import Workspace
from fusion.own.archive import unpack
from fusion.own.files import files_under, is_picture, is_table
from fusion.progress import Progress
from fusion.ui.examples import examples
from fusion.ui.jobs import Job
from fusion.ui.own.reading import Uploads, taken
from fusion.ui.turns import turn

MAX_ROWS = 1000
AT_ONCE = 2  # tables that are read or answered, for all visitors together
UNPACKED = "unpacked"  # folder of a workspace

_turns = BoundedSemaphore(AT_ONCE)


class Batch:
    """One table on its way: first read, then answered, as often as is asked.

    questions, answers: once they are there; both are told by `job`, which does the one or the other.
    """

    def __init__(self, title: str, source: Path, workspace: Workspace) -> None:
        self.title = title
        self.questions: Questions | None = None
        self.answers: Answers | None = None
        self._closed = False
        self._workspace = workspace

        def read(progress: Progress) -> None:
            self.questions = _questions(source, workspace.folder / UNPACKED, progress)

        self.job = self._started(read)

    def ask(self, task: str, strategy: str) -> None:
        """Begin to answer; what was answered before is forgotten."""
        questions = self.questions
        assert questions is not None
        self.answers = None
        self.job.stop()  # an earlier one, that nobody waits for any more

        def answer(progress: Progress) -> None:
            lens = fusion.load(task=task)
            found = Answers(questions, answer_each(lens, questions.rows, strategy, progress))
            if not self._closed:
                self.answers = found

        self.job = self._started(answer)

    def close(self) -> None:
        """Stop, and delete all that was brought: at once, or as soon as nothing reads there any more."""
        self._closed = True
        self.job.stop()
        self.questions = self.answers = None
        if self.job.over:
            self._workspace.close()

    def _started(self, work: Callable[[Progress], None]) -> Job:
        context = copy_context()  # it speaks the visitor's language

        def run(progress: Progress) -> None:
            try:
                with turn(_turns, progress):
                    work(progress)
            finally:
                if self._closed:
                    self.questions = None
                    self._workspace.close()

        return Job(f"batch {id(self)}", lambda progress: context.run(run, progress))


@dataclass(eq=False)
class BatchVisit:
    """batch: what one visitor has brought last. saved: how often its answers were handed over."""

    batch: Batch | None = None
    saved: int = field(default=0)

    def bring(self, uploads: Uploads) -> None:
        """Begin to read what was uploaded, instead of what was before."""
        title = uploads[0][1] if len(uploads) == 1 else say("{n} files", n=f"{len(uploads):,}")
        self._begin(title, lambda workspace: taken(uploads, workspace))

    def example(self, task: str) -> None:
        """Begin to read the examples of a task."""
        self._begin(say("The example"), lambda workspace: _example(task, workspace.folder))

    def forget(self) -> None:
        """Stop and delete all."""
        if self.batch is not None:
            self.batch.close()
            self.batch = None

    def _begin(self, title: str, source: Callable[[Workspace], Path]) -> None:
        workspace = Workspace()
        try:
            found = source(workspace)
        except BaseException:
            workspace.close()
            raise
        self.forget()
        self.batch = Batch(title, found, workspace)


def _questions(source: Path, unpacked: Path, progress: Progress) -> Questions:
    """The questions of the first table there that asks any; an archive is unpacked to a folder."""
    progress(say("reading the table"), 0, 1)
    if source.is_file() and not is_table(source) and not is_picture(source):
        unpack(source, unpacked, progress)
        source.unlink()
        source = unpacked
    folder = source if source.is_dir() else source.parent
    files = files_under(folder)
    tables = [path for path in files if is_table(path) and source in (path, folder)]
    if not tables:
        raise UserError(
            say(
                "There is no table of questions among the files; bring a CSV with the columns picture and "
                "question."
            )
        )
    refused: list[UserError] = []
    for table in tables:
        try:
            return read_questions(table, folder, [path for path in files if is_picture(path)], MAX_ROWS)
        except UserError as error:
            refused.append(error)
    raise refused[0]


def _example(task: str, folder: Path) -> Path:
    """The task's examples as a table beside their pictures."""
    home = folder / "example"
    home.mkdir()
    with (home / "questions.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("picture", "question"))
        for number, one in enumerate(examples(task)):
            name = f"{number}-{Path(one.picture).name}"
            shutil.copyfile(one.picture, home / name)
            rows.writerow((name, one.question))
    return home / "questions.csv"
