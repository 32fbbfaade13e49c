"""Fractions of 1 and changes of them as a person reads them."""


def percent(share: float, digits: int = 0) -> str:
    """As a percentage; what is not quite all or nothing is never rounded to it."""
    step = 10.0**-digits
    shown = 100 * share
    if 0 < shown < step:
        return f"<{step:g} %"
    if 100 - step < shown < 100:
        return f">{100 - step:g} %"
    return f"{shown:.{digits}f} %"


def points(change: float, digits: int = 0, none: str = "0") -> str:
    """A change in points, with its sign; `none` where it rounds to nothing."""
    told = signed(100 * change, digits)
    return told if told.strip("+−0.") else none


def signed(number: float, digits: int) -> str:
    """A number with its sign, a true minus."""
    return f"{number:+.{digits}f}".replace("-", "−")
