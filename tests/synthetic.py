"""Small encoded data sets whose answer needs both the picture and the text."""

import os
import tempfile
from pathlib import Path

import numpy as np
import torch

from fusion.data.samples import Samples
from fusion.data.store import SHARD, TokenStore, close_shards, opened, write_shard
from fusion.model import FusionModel, ModelConfig
from fusion.tokens import Tokens

GRID = (2, 2)
WIDTH = 8
PICTURES = 4
TEXTS = 3


def make_samples(n: int, seed: int = 0) -> Samples:
    """n pictures of one of PICTURES kinds, each with a text of one of TEXTS kinds; the label is their sum
    modulo PICTURES."""
    random = np.random.default_rng(seed)
    kinds, asked = random.integers(0, PICTURES, n), random.integers(0, TEXTS, n)
    labels = (kinds + asked) % PICTURES
    return Samples(
        images=make_store(kinds, 4, random, GRID),
        texts=make_store(np.arange(TEXTS), 3, random, None),
        image_rows=torch.arange(n),
        text_rows=torch.from_numpy(asked),
        labels=torch.from_numpy(labels),
        original=torch.ones(n, dtype=torch.bool),
        kinds=tuple(f"type {i}" for i in asked),
        groups=tuple(str(i) for i in range(n)),
        fingerprint=f"{n} {seed}",
        accepted=tuple((label,) for label in labels.tolist()),
        held_out=torch.zeros(n, dtype=torch.bool),
    )


def make_store(
    kinds: np.ndarray, tokens: int, random: np.random.Generator, grid: tuple[int, int] | None
) -> TokenStore:
    """A store in which each sample repeats its kind's vector, with a little noise."""
    vectors = np.random.default_rng(7).normal(size=(16, WIDTH)) * 2
    flat = np.repeat(vectors[kinds], tokens, axis=0) + random.normal(size=(len(kinds) * tokens, WIDTH)) * 0.1
    sequence = torch.from_numpy(flat).float().reshape(len(kinds), tokens, WIDTH)
    return stored(sequence, sequence.mean(1), grid)


def stored(sequence: torch.Tensor, pooled: torch.Tensor, grid: tuple[int, int] | None) -> TokenStore:
    """A store of samples (U, N, D) with their pooled vectors (U, D), in a folder that goes with the tests."""
    home = Path(tempfile.mkdtemp(dir=os.environ["FUSION_CACHE"]))
    mask = torch.ones(sequence.shape[:2], dtype=torch.bool)
    whole = Tokens(sequence, pooled, mask, grid=grid)
    shards = torch.arange(len(whole)).split(SHARD)
    for number, rows in enumerate(shards):
        write_shard(home, number, [whole.select(rows)])
    close_shards(home, len(shards))
    return opened(home)


def make_model(strategy: str, samples: Samples, head: str = "") -> FusionModel:
    """A small model for such samples, the same each time."""
    torch.manual_seed(3)
    return FusionModel(
        ModelConfig(strategy, samples.images.width, samples.texts.width, PICTURES, width=16, head=head)
    )
