"""Naming: what is seen adds to the scores of the answers that say it, as far as the question asks for it.

Where both encoders share a space with the answers, a picture names itself without training: Frome et al. 2013
(DeViSE), Norouzi et al. 2014, arXiv 1312.5650. That knowledge is kept beside what a head learns of the few
names that its training shows, as a fixed path with a learned gate; a fine-tuned head alone forgets it
(Wortsman et al. 2022, arXiv 2109.01903).
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fusion.tokens import Tokens

RANK = 96
RIDGE = 1.0
STRENGTH = 10.0  # of the best name's score before the gate, about


class Naming(nn.Module):
    """Scores s = g(text) R V p / |p|, for p the picture's pooled channels in the shared space.

    common: E, how many they are. width: d of the aligned text. basis: V (RANK or fewer, E), the answers' main
    directions; reading: R (classes, RANK), how answers are told apart on them. Both stay as `tell` sets them;
    until then nothing is named. The gate g is at least 0.
    """

    basis: Tensor
    reading: Tensor

    def __init__(self, common: int, width: int, classes: int) -> None:
        super().__init__()
        rank = min(RANK, common, classes)
        self.register_buffer("basis", torch.zeros(rank, common))
        self.register_buffer("reading", torch.zeros(classes, rank))
        self.gate = nn.Linear(width, 1)
        nn.init.zeros_(self.gate.weight)
        nn.init.zeros_(self.gate.bias)

    @torch.no_grad()
    def tell(self, answers: Tensor) -> None:
        """Read the answers, unit vectors (classes, E): ridge regression of which it is on its own vector."""
        basis = torch.linalg.svd(answers, full_matrices=False).Vh[: len(self.basis)]
        known = answers @ basis.T  # (classes, RANK)
        gram = known.T @ known + RIDGE * torch.eye(len(basis), device=known.device)
        reading = torch.linalg.solve(gram, known.T).T
        self.basis.copy_(basis)
        self.reading.copy_(STRENGTH * reading / (reading * known).sum(1).mean())

    def seen(self, pooled: Tensor, present: Tensor) -> Tensor:
        """An encoder's pooled vectors (B, D), and which are of a picture (B,), to the scores (B, classes) of
        what they show; 0 for a missing picture."""
        shown = F.normalize(pooled[:, : self.basis.shape[1]], dim=1)
        return shown @ self.basis.T @ self.reading.T * present[:, None]

    def asked(self, text: Tokens) -> Tensor:
        """Aligned tokens to the gate (B, 1); 0 for a missing text."""
        return F.softplus(self.gate(text.pooled)) * text.present[:, None]
