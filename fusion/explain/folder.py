"""Explanations of many pictures: those of a folder, or uploaded together."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from fusion.errors import UserError
from fusion.explain.explanation import DEFAULT
from fusion.inputs import clean_picture, clean_text
from fusion.language import later, say
from fusion.lens import Lens
from fusion.own.files import is_picture, is_table
from fusion.own.table import records_of
from fusion.progress import Progress, silent


@dataclass(frozen=True)
class Asked:
    """A picture file, None where it is missing, by the name that its row bears, and the question about it."""

    name: str
    path: Path | None
    question: str


def files_in(folder: Path) -> list[Path]:
    """The files of a folder, hidden ones and those of folders in it left out."""
    return [path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")]


def asked_of(files: Sequence[Path], question: str | None) -> list[Asked]:
    """What to explain, in the order of names: the question about every picture among the files.

    Without a question: the rows of the first CSV or JSONL file with the columns `picture`, the name of one of
    these files, and `question`. Raises UserError where there is no picture or no question.
    """
    files = sorted(files, key=lambda path: path.name)
    if question and question.strip():
        pictures = [path for path in files if is_picture(path)]
        if not pictures:
            raise UserError(say("There is no picture here to explain; give PNG, JPEG, WebP or the like."))
        return [Asked(path.name, path, question) for path in pictures]
    by_name = {path.name: path for path in files}
    for table in (path for path in files if is_table(path)):
        rows = records_of(table)
        if rows and all({"picture", "question"} <= row.keys() for row in rows):
            named = [(str(row["picture"]), str(row["question"] or "")) for row in rows]
            return [Asked(name, by_name.get(name), text) for name, text in named]
    raise UserError(
        say(
            "Give a question about these pictures, or beside them a CSV or JSONL file with the columns "
            "picture and question."
        )
    )


def free_name(picture: str, taken: Collection[str]) -> str:
    """The name of a picture's map: its own as PNG, numbered where that is taken."""
    stem, number = Path(picture).stem, 2
    name = f"{stem}.png"
    while name in taken:
        name, number = f"{stem}-{number}.png", number + 1
    return name


def explain_each(
    lens: Lens,
    asked: Sequence[Asked],
    strategy: str | None = None,
    explainer: str = DEFAULT,
    progress: Progress = silent,
) -> Iterator[tuple[dict[str, Any], Image.Image | None]]:
    """For each what `explain --json` prints of one input, led by its `picture`, and the cleaned picture.

    A picture or a question that cannot be used has its sentence under `error` instead and stops no other.
    Raises what `Lens.explain` raises for unknown names.
    """
    for done, one in enumerate(asked):
        row: dict[str, Any] = {"picture": one.name}
        picture = None
        try:
            if one.path is None:
                raise UserError(say("The picture {name} is not among the files.", name=one.name))
            picture, text = clean_picture(one.path), clean_text(one.question)
            if not text:
                raise UserError(say("There is no question about this picture."))
        except UserError as error:
            yield {**row, "question": one.question, "error": str(error)}, None
        else:
            yield row | lens.explain(picture, text, strategy, explainer), picture
        progress(later("explaining"), done + 1, len(asked))
