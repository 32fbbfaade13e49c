"""Bad input on purpose: generated cases of every kind that a stranger can give, and what became of them."""

from fusion.fuzz.run import fuzz

__all__ = ["fuzz"]
