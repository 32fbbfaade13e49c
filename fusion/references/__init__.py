"""Pretrained models to compare with: one file each. Adding one is one file and one import line here."""

from fusion.references import (  # noqa: F401  (each import registers a reference model, in this order)
    vilt,
    blip,
)
from fusion.once import once
from fusion.references.base import REFERENCES, Reference, ReferenceRecord

__all__ = ["REFERENCES", "Reference", "ReferenceRecord", "load_reference"]


def load_reference(name: str) -> Reference:
    """The reference model of that name, loaded once for the weights at hand; raises UserError where there
    are none."""
    return _built(name, REFERENCES[name].weights.fingerprint())


@once
def _built(name: str, fingerprint: str) -> Reference:
    return REFERENCES[name].build()
