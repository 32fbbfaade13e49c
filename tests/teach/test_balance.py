"""How much each modality counts, by a loop and where one misleads."""

import torch
from torch.nn.functional import cross_entropy

from fusion.teach.balance import WEIGHTS, balanced
from fusion.teach.cache_model import PULL, LeftOut

LABELS = torch.tensor([0, 0, 0, 0, 1, 1, 1, 1])
GOOD = 2 * (2.0 * torch.eye(2)[LABELS] - 1)
ALL = torch.arange(8)


def left_out(logits: torch.Tensor) -> LeftOut:
    return LeftOut(logits, logits)


def test_one_that_misleads_counts_for_less() -> None:
    misled = torch.where(torch.arange(8)[:, None] % 2 == 0, -GOOD, GOOD) * 1.5
    weights, honest = balanced(
        {"image": left_out(GOOD), "text": left_out(misled)}, {"image": ALL, "text": ALL}, LABELS
    )
    assert weights["image"] == 1.0 and weights["text"] < 0.5
    assert (honest.argmax(1) == LABELS).all()
    both, _ = balanced({"image": left_out(GOOD), "text": left_out(GOOD)}, {"image": ALL, "text": ALL}, LABELS)
    assert both == {"image": 1.0, "text": 1.0}


def test_the_weights_are_those_of_least_loss() -> None:
    generator = torch.Generator().manual_seed(0)
    image, text = (3 * torch.randn(8, 2, generator=generator) + GOOD / 2 for _ in range(2))
    rows = {"image": torch.tensor([0, 1, 2, 4, 5, 6]), "text": torch.tensor([1, 2, 3, 5, 6, 7])}
    found, honest = balanced(
        {"image": left_out(image[rows["image"]]), "text": left_out(text[rows["text"]])}, rows, LABELS
    )

    def loss(i: int, a: float, b: float) -> tuple[float, torch.Tensor]:
        logits = a * image[i] * (i in rows["image"]) + b * text[i] * (i in rows["text"])
        return float(cross_entropy(logits, LABELS[i])), logits

    def best(over: list[int]) -> tuple[float, float]:
        costs = {}
        for x, a in enumerate(WEIGHTS):
            for y, b in enumerate(WEIGHTS):
                costs[a, b] = sum(loss(i, a, b)[0] for i in over) + PULL * (x * x + y * y)
        return min(costs, key=lambda pair: costs[pair])

    assert (found["image"], found["text"]) == best(list(range(8)))
    for i in range(8):
        torch.testing.assert_close(honest[i], loss(i, *best([j for j in range(8) if j != i]))[1])


def test_one_modality_alone_counts_in_full() -> None:
    weights, honest = balanced({"text": left_out(GOOD)}, {"text": ALL}, LABELS)
    assert weights == {"text": 1.0} and torch.equal(honest, GOOD)
