"""Class evidence: how likely a picture, and each place of it, shows each name of the vocabulary.

ImageNet's classes vote for the names that cover them; names that ImageNet lacks, and corrections for the
rest, were learned from cut-outs of photographs (`python -m fusion.encoders.train_evidence`). The evidence is
told in the text encoder's language as the mean of the names' vectors, each counted by how likely it is: the
convex combination of Norouzi et al. 2014, arXiv 1312.5650.
"""

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from fusion.errors import UserError
from fusion.paths import ASSETS
from fusion.vocabulary import vocabulary

FILE = ASSETS / "class-evidence.safetensors"
WIDTH = 384  # of the vectors that tell a name
FEATURES = 1280  # of the network before its classifier
RANK = 160
# A class without a name of its own still votes: what no name covers is told by none.
FLOOR = 1e-4
SHARPNESS = 1 / 0.6


class Evidence(nn.Module):
    """From the network's last features to the names.

    rows: (V, RANK) and basis: (RANK, FEATURES), what the learned names add; bias: (V,); mean, scale:
    (FEATURES,) of photographs. vectors: (V, WIDTH) of the names in the text encoder's space.
    """

    rows: Tensor
    basis: Tensor
    bias: Tensor
    mean: Tensor
    scale: Tensor
    vectors: Tensor
    owners: Tensor

    def __init__(self, state: dict[str, Tensor]) -> None:
        super().__init__()
        for name in ("rows", "basis", "bias", "mean", "scale", "vectors"):
            self.register_buffer(name, state[name].float())
        self.register_buffer("owners", owners())

    def scores(self, logits: Tensor, features: Tensor) -> Tensor:
        """Log-scores of the names: class logits (..., 1000), features (..., FEATURES) -> (..., V)."""
        return self.prior(logits) + self.learned(features)

    def prior(self, logits: Tensor) -> Tensor:
        """What the classes alone say of the names: (..., 1000) -> (..., V)."""
        return torch.log((SHARPNESS * logits).softmax(-1) @ self.owners + FLOOR)

    def learned(self, features: Tensor) -> Tensor:
        """What was learned from cut-outs: (..., FEATURES) -> (..., V)."""
        return ((features - self.mean) * self.scale) @ self.basis.T @ self.rows.T + self.bias

    def words(self, shares: Tensor) -> Tensor:
        """Probabilities of the names (..., V) in the text encoder's space: (..., WIDTH)."""
        return shares @ self.vectors


def owners() -> Tensor:
    """(1000, V) how much of each class's vote goes to each name; a class of several names is shared."""
    table = torch.zeros(1000, len(vocabulary()))
    for i, name in enumerate(vocabulary()):
        table[list(name.classes), i] = 1
    return table / table.sum(1, keepdim=True).clamp(min=1)


def load_evidence() -> Evidence:
    """The shipped evidence; raises UserError where the file is missing or for another vocabulary."""
    try:
        evidence = Evidence(load_file(FILE))
    except (OSError, SafetensorError, KeyError) as error:
        raise UserError(f"{FILE.name} is missing or damaged; restore it from the repository.") from error
    if evidence.vectors.shape != (len(vocabulary()), WIDTH):
        raise UserError(
            f"{FILE.name} is for another vocabulary; run: python -m fusion.encoders.train_evidence."
        )
    return evidence.eval().requires_grad_(False)
