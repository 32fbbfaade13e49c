"""Class evidence: how strongly a place in a picture shows each name of the vocabulary.

A name is as strong as the strongest of the ImageNet classes that it covers; names that ImageNet lacks, and
corrections for the rest, were learned from cut-outs of photographs (`python -m
fusion.encoders.train_evidence`). What is strong enough is told in the text encoder's language as the sum of
the names' vectors, each counted by its strength: Norouzi et al. 2014, arXiv 1312.5650, with activations
(Zhou et al. 2016, arXiv 1512.04150) in the place of probabilities, because those of one place compete with
each other and those of different places cannot be compared.
"""

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from fusion.errors import UserError
from fusion.language import say
from fusion.paths import ASSETS
from fusion.vocabulary import vocabulary

FILE = ASSETS / "class-evidence.safetensors"
SPACE = "minilm"  # whose language the evidence is told in
WIDTH = 384  # of the vectors that tell a name
FEATURES = 1280  # of the network before its classifier
RANK = 160
# What a name must reach to be told: most places show one to three names of at least this strength.
LEAST = 4.0


class Evidence(nn.Module):
    """From the network's last features to the names.

    rows: (V, RANK) and basis: (RANK, FEATURES), what the learned names add; bias: (V,); mean, scale:
    (FEATURES,) of photographs. vectors: (V, WIDTH) unit vectors of the names in the text encoder's space;
    directions: the same about their mean, so that what all names have in common tells nothing.
    """

    rows: Tensor
    basis: Tensor
    bias: Tensor
    mean: Tensor
    scale: Tensor
    vectors: Tensor
    directions: Tensor
    classes: Tensor
    names: Tensor

    def __init__(self, state: dict[str, Tensor]) -> None:
        super().__init__()
        for name in ("rows", "basis", "bias", "mean", "scale", "vectors"):
            self.register_buffer(name, state[name].float())
        about_mean = self.vectors - self.vectors.mean(0)
        self.register_buffer("directions", nn.functional.normalize(about_mean, dim=1))
        classes, names = owners().nonzero(as_tuple=True)
        self.register_buffer("classes", classes)
        self.register_buffer("names", names)

    def scores(self, logits: Tensor, features: Tensor) -> Tensor:
        """Strengths of the names: class logits (..., 1000), features (..., FEATURES) -> (..., V)."""
        return self.strongest(logits) + self.learned(features)

    def strongest(self, logits: Tensor) -> Tensor:
        """Of the classes of each name, the strongest above the mean of all: (..., 1000) -> (..., V).

        0 for a name that ImageNet lacks.
        """
        above = (logits - logits.mean(-1, keepdim=True))[..., self.classes]
        found = above.new_zeros(*above.shape[:-1], len(self.vectors))
        return found.scatter_reduce(-1, self.names.expand_as(above), above, "amax", include_self=False)

    def learned(self, features: Tensor) -> Tensor:
        """What was learned from cut-outs: (..., FEATURES) -> (..., V)."""
        return ((features - self.mean) * self.scale) @ self.basis.T @ self.rows.T + self.bias

    def told(self, scores: Tensor) -> Tensor:
        """What the names of at least LEAST say in the text encoder's space: (..., V) -> (..., WIDTH)."""
        return (scores - LEAST).relu() @ self.directions


def owners() -> Tensor:
    """(1000, V) how much of each class belongs to each name; a class of several names is shared."""
    table = torch.zeros(1000, len(vocabulary()))
    for i, name in enumerate(vocabulary()):
        table[list(name.classes), i] = 1
    return table / table.sum(1, keepdim=True).clamp(min=1)


def load_evidence() -> Evidence:
    """The shipped evidence; raises UserError where the file is missing or for another vocabulary."""
    try:
        evidence = Evidence(load_file(FILE))
    except (OSError, SafetensorError, KeyError) as error:
        raise UserError(
            say("{file} is missing or damaged; restore it from the repository.", file=FILE.name)
        ) from error
    if evidence.vectors.shape != (len(vocabulary()), WIDTH):
        raise UserError(
            say(
                "{file} is for another vocabulary; run: python -m fusion.encoders.train_evidence.",
                file=FILE.name,
            )
        )
    return evidence.eval().requires_grad_(False)
