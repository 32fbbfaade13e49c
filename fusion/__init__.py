"""Fusion Lens: see how a picture and a text become one answer."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fusion.lens import Lens

__version__ = "0.1.0"


def load(
    *,
    task: str | None = None,
    image_encoder: str | None = None,
    text_encoder: str | None = None,
) -> "Lens":
    """A lens that answers questions about pictures; see `fusion.opening.load_lens`."""
    from fusion.opening import load_lens

    return load_lens(task=task, image_encoder=image_encoder, text_encoder=text_encoder)
