"""How a study fits: for a few thousand rows, chosen on held-back training rows and never on a test."""

from fusion.recipe import Recipe
from fusion.strategies import STRATEGIES

VALIDATION_SHARE = 0.2


def study_recipe(strategy: str, seed: int) -> Recipe:
    """Small batches, as few rows make few steps; those that read sequences take a few passes only, so that
    all strategies are fitted in less time than their pictures are encoded."""
    pooled = STRATEGIES[strategy].grid is None
    return Recipe(epochs=16 if pooled else 4, batch=64, patience=5, seed=seed)
