"""Object pictures with their backgrounds removed: read from assets/pack, built by `python -m fusion.pack`."""

from fusion.pack.read import PackObject, background, backgrounds, objects, picture

__all__ = ["PackObject", "background", "backgrounds", "objects", "picture"]
