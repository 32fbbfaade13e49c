"""On-the-fly gradient modulation: the modality that is ahead learns more slowly.

OGM-GE, Peng et al. 2022, arXiv 2203.15332.
"""

import math

import torch

from fusion.model import FusionModel


def coefficients(scores: tuple[float, float], alpha: float) -> tuple[float, float]:
    """What the gradients of picture and text are multiplied by: 1 - tanh(alpha rho) where rho > 1, else 1.

    scores: summed probability of the right class over a batch, by each modality alone; rho is its ratio to
    the other's (equations 8 to 10).
    """
    image, text = (max(score, 1e-8) for score in scores)

    def slowed(ratio: float) -> float:
        return 1 - math.tanh(alpha * ratio) if ratio > 1 else 1.0

    return slowed(image / text), slowed(text / image)


def own_modality(parameter: str) -> int | None:
    """0 for a parameter of the picture's, 1 for one of the text's, by its name; None for what both share."""
    words = parameter.replace(".", "_").split("_")
    sides = [side for side, word in enumerate(("image", "text")) if word in words]
    return sides[0] if len(sides) == 1 else None


def modulate(model: FusionModel, factors: tuple[float, float], generator: torch.Generator) -> None:
    """Multiply the gradients of what belongs to one modality, and add the noise that keeps generalisation.

    The noise is normal and spread as the gradient's own entries are (generalisation enhancement, equation
    11, as in the authors' code). generator: on the CPU, the same in all processes that fit together.
    """
    for name, parameter in model.named_parameters():
        side = own_modality(name)
        if side is None or parameter.grad is None:
            continue
        spread = parameter.grad.std(correction=0).item()
        noise = torch.randn(parameter.shape, generator=generator).to(parameter.grad)
        parameter.grad.mul_(factors[side]).add_(noise, alpha=spread)
