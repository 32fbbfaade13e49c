"""How much of an answer each modality brought: exact two-player Shapley values."""

from torch import Tensor

from fusion.answer import Contribution

# (row of the picture, row of the text) of the four coalitions; -1 leaves a modality out.
COALITIONS = ((0, 0), (0, -1), (-1, 0), (-1, -1))


def shapley(values: Tensor) -> Contribution:
    """Values (4,) of the coalitions both, image, text, neither to each player's share (Shapley 1953).

    The shares sum to both - neither; synergy is what both bring beyond the sum of each alone.
    """
    both, image, text, neither = (float(v) for v in values.double())
    return Contribution(
        image=((image - neither) + (both - text)) / 2,
        text=((text - neither) + (both - image)) / 2,
        synergy=both - image - text + neither,
    )
