"""What a person brings, by path or by name, to a checked data set."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fusion.errors import UserError
from fusion.language import later, say
from fusion.own.archive import unpack
from fusion.own.checks import checked
from fusion.own.files import is_picture, is_table
from fusion.own.folders import gather_folder
from fusion.own.hub import HUB_NAME, gather_hub, gather_saved, is_saved
from fusion.own.own_data import OwnData
from fusion.own.rows import Gathered, file_name
from fusion.own.workspace import empty
from fusion.progress import Progress, silent


def read(source: Path | str, workspace: Path, progress: Progress = silent) -> OwnData:
    """A zip archive, a table with pictures beside it, a folder, or a data set of the hub by OWNER/NAME.

    workspace: an empty folder; what is unpacked or fetched goes there and nowhere else, and it is empty again
    where this fails. Raises UserError in one sentence for what cannot be used.
    """
    with _emptied(workspace):
        return checked(_gathered(source, workspace, progress), progress)


def fetch(name: str, workspace: Path, progress: Progress = silent) -> OwnData:
    """`read` for a data set of the hub alone: a name never stands for a folder of this machine."""
    if not HUB_NAME.fullmatch(name):
        raise UserError(say("Name a public data set as OWNER/NAME, or OWNER/NAME:CONFIGURATION."))
    with _emptied(workspace):
        return checked(gather_hub(name, workspace, progress), progress)


@contextmanager
def _emptied(workspace: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:  # stopped by the person, too
        empty(workspace)
        raise


def _gathered(source: Path | str, workspace: Path, progress: Progress) -> Gathered:
    path = Path(source).expanduser()
    if not path.exists():
        if isinstance(source, str) and HUB_NAME.fullmatch(source):
            return gather_hub(source, workspace, progress)
        raise UserError(
            say(
                "There is no {name}; name a folder, a zip archive, a table, or a data set of the hub as "
                "OWNER/NAME.",
                name=source,
            )
        )
    name = file_name(path.resolve().name if path.is_dir() else path.stem)
    progress(later("reading"), 0, 1)
    if path.is_dir():
        return gather_saved(path, name, workspace, progress) if is_saved(path) else gather_folder(path, name)
    if is_table(path):
        return gather_folder(path.parent, name, path)
    if is_picture(path):
        raise UserError(
            say(
                "{name} is a single picture; bring several with their table, or a zip archive.",
                name=path.name,
            )
        )
    unpack(path, workspace, progress)
    return gather_folder(workspace, name)
