"""Fusion Lens: see how a picture and a text become one answer."""

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, overload

from fusion.language import say

if TYPE_CHECKING:
    from fusion.lens import Lens
    from fusion.teach import Taught

__version__ = "0.1.0"


@overload
def load(
    *, task: str | None = None, image_encoder: str | None = None, text_encoder: str | None = None
) -> "Lens": ...


@overload
def load(file: str | PathLike[str], /) -> "Lens | Taught": ...


def load(
    file: str | PathLike[str] | None = None,
    /,
    *,
    task: str | None = None,
    image_encoder: str | None = None,
    text_encoder: str | None = None,
) -> "Lens | Taught":
    """A lens that answers questions about pictures; see `fusion.opening.load_lens`.

    file: one that was fitted or taught before, which names its own task and encoders; see
    `fusion.opening.load_file`.
    """
    from fusion.errors import UserError
    from fusion.opening import load_file, load_lens

    if file is None:
        return load_lens(task=task, image_encoder=image_encoder, text_encoder=text_encoder)
    if task or image_encoder or text_encoder:
        raise UserError(say("A file names its own task and encoders; give it alone."))
    return load_file(Path(file))
