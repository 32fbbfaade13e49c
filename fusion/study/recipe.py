"""How a study fits: for some thousands of rows, chosen on held-back training rows and never on a test."""

import math

from fusion.recipe import Recipe
from fusion.strategies import STRATEGIES

VALIDATION_SHARE = 0.2
BATCH = (32, 64)  # few rows make few steps; more at once would take more memory
STEPS = 50  # an epoch, until a step takes the most
POOLED = (8, 300)  # epochs and steps at least
SEQUENCES = (3, 120)  # fewer, so that all strategies are fitted in less time than their pictures are encoded
MOST = 40  # epochs, however few the rows


def study_recipe(strategy: str, rows: int, seed: int) -> Recipe:
    """For so many rows to train on."""
    batch = min(max(BATCH[0], rows // STEPS), BATCH[1])
    epochs, steps = POOLED if STRATEGIES[strategy].grid is None else SEQUENCES
    enough = min(MOST, math.ceil(steps / math.ceil(rows / batch)))
    epochs = max(epochs, enough)
    return Recipe(epochs=epochs, batch=batch, patience=max(5, epochs // 3), seed=seed)
