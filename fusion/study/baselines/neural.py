"""How the baselines with hidden layers are trained: Adam, and the epoch that is best on held-back rows."""

import copy

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fusion.study.baselines.base import Features, Fitting

RATE = 1e-3
BATCH = 64
EPOCHS = 50
PATIENCE = 7  # epochs without a better one, as MultiBench's training stops


class Perceptron(nn.Sequential):
    """One hidden layer with ReLU and dropout, (Q, width) to (Q, classes)."""

    def __init__(self, width: int, classes: int, hidden: int = 128, dropout: float = 0.1) -> None:
        super().__init__(nn.Linear(width, hidden), nn.ReLU(), nn.Dropout(dropout), nn.Linear(hidden, classes))


def trained(model: nn.Module, given: Fitting, name: str) -> Tensor:
    """Scores (Q, classes) of the test rows. model: takes image (Q, D) and text (Q, E)."""
    torch.manual_seed(given.seed)
    optimizer = torch.optim.AdamW(model.parameters(), RATE)
    best, state, since = -1.0, copy.deepcopy(model.state_dict()), 0
    for epoch in range(EPOCHS):
        given.progress(name, epoch, EPOCHS)
        model.train()
        for at in torch.randperm(len(given.train)).split(BATCH):
            scores = model(given.train.image[at], given.train.text[at])
            optimizer.zero_grad()
            F.cross_entropy(scores, given.train.labels[at]).backward()
            optimizer.step()
        right = _scores(model, given.validation).argmax(1) == given.validation.labels
        accuracy = right.float().mean().item()
        since += 1
        if accuracy > best:
            best, state, since = accuracy, copy.deepcopy(model.state_dict()), 0
        if since > PATIENCE:
            break
    model.load_state_dict(state)
    return _scores(model, given.test)


@torch.no_grad()
def _scores(model: nn.Module, part: Features) -> Tensor:
    model.eval()
    return model(part.image, part.text)
