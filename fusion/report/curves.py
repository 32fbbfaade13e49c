"""Deletion and insertion curves as the points of a small plot."""

from dataclasses import dataclass
from typing import Any

# Of a plot, in its own units: the whole, and the square of the curves in it.
WIDTH, HEIGHT = 252, 150
LEFT, TOP, ACROSS, DOWN = 44, 8, 196, 108


@dataclass(frozen=True)
class Plot:
    """What SVG takes: the explanation's curve, that of random orders, their range, and raw attention's, ""
    where there is none."""

    kind: str
    own: str
    random: str
    spread: str
    raw: str


def plots(check: dict[str, Any]) -> list[Plot]:
    """Of a check as `Check.to_dict` gives it: deletion and insertion."""
    found = []
    for kind in ("deletion", "insertion"):
        low, high = check[f"random_{kind}_range"]
        shares, raw = check["shares"], check["raw_attention"]
        found.append(
            Plot(
                kind=kind,
                own=_points(shares, check[kind]),
                random=_points(shares, check[f"random_{kind}"]),
                spread=" ".join((_points(shares, high), _points(shares[::-1], low[::-1]))),
                raw="" if raw is None else _points(shares, raw[kind]),
            )
        )
    return found


def _points(shares: list[float], probabilities: list[float]) -> str:
    pairs = zip(shares, probabilities, strict=True)
    return " ".join(f"{LEFT + ACROSS * x:.1f},{TOP + DOWN * (1 - y):.1f}" for x, y in pairs)
