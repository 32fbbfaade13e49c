"""Drawings with their titles and topics, from the Open Clip Art Library; what `clipart-topics` is made of."""

from fusion.clipart.read import Drawing, drawings, sample

__all__ = ["Drawing", "drawings", "sample"]
