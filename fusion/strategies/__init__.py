"""Fusion strategies: one file each. Adding one is one file and one import line here."""

from fusion.strategies import (  # noqa: F401  (each import registers a strategy, in this order)
    unimodal,
    weighted,
    concat,
    shared,
    cross_attention,
    gated,
    dynamic,
    bilinear,
    bottleneck,
    late,
)
from fusion.strategies.base import STRATEGIES, Fused, Parameter, Strategy, StrategyRecord

__all__ = ["STRATEGIES", "Fused", "Parameter", "Strategy", "StrategyRecord"]
