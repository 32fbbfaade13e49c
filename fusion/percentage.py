"""A fraction of 1 as a person reads it."""


def percent(share: float, digits: int = 0) -> str:
    """As a percentage; what is not quite all or nothing is never rounded to it."""
    step = 10.0**-digits
    shown = 100 * share
    if 0 < shown < step:
        return f"<{step:g} %"
    if 100 - step < shown < 100:
        return f">{100 - step:g} %"
    return f"{shown:.{digits}f} %"
