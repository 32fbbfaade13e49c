"""Many visitors at once against the real server, and what that does to it."""

from fusion.crowd.load import load

__all__ = ["load"]
