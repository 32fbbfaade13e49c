"""Multi-head attention that can hand over its weights, and the blocks made of it."""

import torch
from timm.layers import DropPath
from torch import Tensor, nn


class Attention(nn.Module):
    """Scaled dot-product attention of `queries` over `keys` (Vaswani et al. 2017, arXiv 1706.03762)."""

    def __init__(self, width: int, heads: int = 4) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)
        self.out = nn.Linear(width, width)

    def start_plain(self) -> None:
        """Before training: what is read is what stands there, as it is."""
        nn.init.eye_(self.key_value.weight[self.out.in_features :])
        nn.init.eye_(self.out.weight)

    def forward(
        self, queries: Tensor, keys: Tensor, mask: Tensor, bias: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """(B, Q, d), (B, K, d), (B, K) -> (B, Q, d) and the weights (B, heads, Q, K).

        Rows of the weights sum to 1 over the keys where `mask` is true and are 0 elsewhere; every sample
        needs at least one real key. bias: (B, heads, Q, K), added to the scores.
        """
        b, q, d = queries.shape

        def split(x: Tensor) -> Tensor:
            return x.reshape(b, -1, self.heads, d // self.heads).transpose(1, 2)  # (B, heads, ., d/heads)

        key, value = self.key_value(keys).chunk(2, dim=-1)
        scores = split(self.query(queries)) @ split(key).transpose(2, 3) / (d // self.heads) ** 0.5
        if bias is not None:
            scores = scores + bias
        weights = scores.masked_fill(~mask[:, None, None], -torch.inf).softmax(dim=-1)
        mixed = (weights @ split(value)).transpose(1, 2).reshape(b, q, d)
        return self.out(mixed), weights


class FeedForward(nn.Sequential):
    """Two linear layers with a GELU between, applied to each token."""

    def __init__(self, width: int, ratio: int = 2) -> None:
        super().__init__(
            nn.LayerNorm(width), nn.Linear(width, ratio * width), nn.GELU(), nn.Linear(ratio * width, width)
        )


class SelfBlock(nn.Module):
    """A pre-norm transformer encoder block."""

    def __init__(self, width: int, heads: int = 4) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.attend = Attention(width, heads)
        self.feed = FeedForward(width)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """(B, N, d), (B, N) -> (B, N, d)."""
        y = self.norm(x)
        x = x + self.attend(y, y, mask)[0]
        return x + self.feed(x)


class CrossAttend(nn.Module):
    """One modality's tokens add to themselves what they read from the other's, both normalised first.

    drop: in training, how often a sample goes without this reading (stochastic depth, Huang et al. 2016,
    arXiv 1603.09382), so that no layer may leave the work to another.
    """

    def __init__(self, width: int, heads: int = 4, drop: float = 0.0) -> None:
        super().__init__()
        self.drop = DropPath(drop)
        self.norm_queries = nn.LayerNorm(width)
        self.norm_keys = nn.LayerNorm(width)
        self.attend = Attention(width, heads)

    def forward(
        self, x: Tensor, keys: Tensor, mask: Tensor, bias: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """(B, Q, d), (B, K, d), (B, K) -> (B, Q, d) and the weights (B, heads, Q, K)."""
        read, weights = self.attend(self.norm_queries(x), self.norm_keys(keys), mask, bias)
        return x + self.drop(read), weights


def attention_of(block: nn.Module) -> Attention:
    """The attention inside a block."""
    attend = block.attend
    assert isinstance(attend, Attention)
    return attend


def masked_mean(sequence: Tensor, mask: Tensor) -> Tensor:
    """Mean over the real tokens: (B, N, d), (B, N) -> (B, d); zeros where there are none."""
    weights = mask.to(sequence.dtype)
    return (sequence * weights[..., None]).sum(1) / weights.sum(1, keepdim=True).clamp(min=1)
