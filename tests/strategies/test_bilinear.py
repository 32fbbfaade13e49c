import torch

from fusion.strategies.bilinear import Bilinear
from fusion.tokens import Tokens


def pooled(x: torch.Tensor) -> Tokens:
    return Tokens(x[:, None], x, torch.ones(len(x), 1, dtype=torch.bool))


def test_each_modality_is_heard_at_full_strength_before_training() -> None:
    torch.manual_seed(0)
    strategy = Bilinear(8, rank=4)
    image, text, nothing = torch.randn(5, 8), torch.randn(5, 8), torch.zeros(5, 8)
    rest = strategy(pooled(nothing), pooled(nothing)).vector
    seen = strategy(pooled(image), pooled(nothing)).vector - rest
    read = strategy(pooled(nothing), pooled(text)).vector - rest
    assert torch.allclose(seen, image @ strategy.image[:, :-1].sum(0), atol=1e-5)
    assert torch.allclose(read, text @ strategy.text[:, :-1].sum(0), atol=1e-5)
    both = strategy(pooled(image), pooled(text)).vector - rest
    assert not torch.allclose(both, seen + read, atol=1e-2)  # the product is there too
