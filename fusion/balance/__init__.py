"""Balance between classes and between modalities: what a recipe may ask for beyond plain cross-entropy."""

from fusion.balance.balance import Balance

__all__ = ["Balance"]
