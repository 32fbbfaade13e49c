"""Numbers as a person reads them."""

from collections.abc import Sequence


def short(number: float) -> str:
    """With three digits that count, a true minus sign before it."""
    size = abs(number)
    digits = 0 if size >= 100 else 1 if size >= 10 else 2
    shown = f"{size:,.{digits}f}"
    return f"−{shown}" if number < 0 and float(shown.replace(",", "")) else shown


def times(shape: Sequence[int]) -> str:
    """A shape or a size."""
    return " × ".join(f"{n:,}" for n in shape)
