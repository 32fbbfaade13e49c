"""Numbers as a person reads them."""

from collections.abc import Sequence

PER_CENT = "\u00a0%"  # never parted from its number


def percent(share: float) -> str:
    """A fraction of 1; what is more than nothing and less than all is never rounded to it."""
    if 0 < share < 0.001:
        return f"<0.1{PER_CENT}"
    if 0.999 < share < 1:
        return f">99.9{PER_CENT}"
    return f"{100 * share:.1f}{PER_CENT}"


def short(number: float) -> str:
    """With three digits that count, a true minus sign before it."""
    size = abs(number)
    digits = 0 if size >= 100 else 1 if size >= 10 else 2
    shown = f"{size:,.{digits}f}"
    return f"−{shown}" if number < 0 and float(shown.replace(",", "")) else shown


def times(shape: Sequence[int]) -> str:
    """A shape or a size."""
    return " × ".join(f"{n:,}" for n in shape)
