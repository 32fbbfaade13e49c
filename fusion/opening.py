"""Lenses opened once and kept, whoever asks for them; those of a file, each time."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from safetensors import SafetensorError, safe_open

from fusion import checkpoint
from fusion.encoders import ENCODERS
from fusion.errors import UserError
from fusion.language import say
from fusion.lens import Lens
from fusion.pairs import DEFAULT_TASK, pair_or_default
from fusion.tasks import TASKS

if TYPE_CHECKING:
    from fusion.teach import Taught

_lenses: dict[tuple[str, str, str], tuple[object, Lens]] = {}
_opening = threading.RLock()


def load_lens(
    task: str | None = None, image_encoder: str | None = None, text_encoder: str | None = None
) -> Lens:
    """The lens for a task and a pair of encoders; what is not named is the default.

    It is kept until the weights of an encoder or the checkpoints of the pair change.
    """
    names = (task or DEFAULT_TASK, *pair_or_default(task, image_encoder, text_encoder))
    _, image, text = names
    changed = checkpoint.changed(TASKS[names[0]].checkpoints, image, text)
    mark = (ENCODERS[image].identity, ENCODERS[text].identity, changed)
    with _opening:
        known = _lenses.get(names)
        if known is None or known[0] != mark:
            known = _lenses[names] = (mark, Lens(*names))
    return known[1]


def load_file(path: Path) -> "Lens | Taught":
    """What a file holds that was fitted or taught here, by its kind.

    Raises UserError where the file is none of this project's or cannot be used here, and MissingWeights where
    an encoder is not here.
    """
    if not path.is_file():
        raise UserError(say("There is no file {file}; give the one that a fit has written.", file=path.name))
    try:
        with safe_open(path, "pt") as file:
            kind = (file.metadata() or {}).get("kind", "fitted")
    except (OSError, SafetensorError) as error:
        raise UserError(say("{file} is damaged or no file of this project.", file=path.name)) from error
    if kind not in OPENERS:
        raise UserError(
            say(
                "{file} is of the kind {kind}, which is not known here; update this project.",
                file=path.name,
                kind=repr(kind),
            )
        )
    return OPENERS[kind](path)


def _fitted(path: Path) -> Lens:
    from fusion.study.bundle import open_fitted

    return open_fitted(path)


def _taught(path: Path) -> "Taught":
    from fusion.teach import load

    return load(path)


# By the kind that a file tells in its metadata.
OPENERS: dict[str, "Callable[[Path], Lens | Taught]"] = {"fitted": _fitted, "taught": _taught}
