"""Aligned image-text spaces: one file each. Adding one is one file and one import line here."""

from fusion.language import say
from fusion.errors import UserError
from fusion.once import once
from fusion.spaces import class_evidence, clip  # noqa: F401  (each import registers a space)
from fusion.spaces.base import SPACES, AlignedSpace, SpaceRecord

__all__ = ["SPACES", "AlignedSpace", "SpaceRecord", "has_space", "load_space", "pair_in_space"]


def has_space(image_encoder: str, text_encoder: str) -> bool:
    """Whether a pair of encoders shares a space."""
    return any((r.image_encoder, r.text_encoder) == (image_encoder, text_encoder) for r in SPACES)


def pair_in_space(image_encoder: str, text_encoder: str) -> tuple[str, str]:
    """The pair itself where it shares a space, else the image encoder with its partner in one.

    Where there is none either, the pair itself.
    """
    partners = [r.text_encoder for r in SPACES if r.image_encoder == image_encoder]
    return image_encoder, text_encoder if text_encoder in partners or not partners else partners[0]


@once
def load_space(image_encoder: str, text_encoder: str) -> AlignedSpace:
    """The space that a pair of encoders shares, built once a process; raises UserError where it has none."""
    for record in SPACES:
        if (record.image_encoder, record.text_encoder) == (image_encoder, text_encoder):
            return record.build()
    pairs = ", ".join(f"{record.image_encoder} with {record.text_encoder}" for record in SPACES)
    raise UserError(say("Typed labels need a pair of encoders that share a space: {pairs}.", pairs=pairs))
