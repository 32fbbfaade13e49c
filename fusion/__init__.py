"""Fusion Lens: see how a picture and a text become one answer."""

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fusion.lens import Lens

__version__ = "0.1.0"


def load(
    file: str | PathLike[str] | None = None,
    *,
    task: str | None = None,
    image_encoder: str | None = None,
    text_encoder: str | None = None,
) -> "Lens":
    """A lens that answers questions about pictures; see `fusion.opening.load_lens`, and `load_file` for a
    file that was fitted before, which names its own task and encoders."""
    from fusion.errors import UserError
    from fusion.opening import load_file, load_lens

    if file is not None:
        if task or image_encoder or text_encoder:
            raise UserError("A file names its own task and encoders; give it alone.")
        return load_file(Path(file))
    return load_lens(task=task, image_encoder=image_encoder, text_encoder=text_encoder)
