"""Encoding throughput: both sides do the same work; what is printed is named and true of the times."""

from collections.abc import Sequence
from typing import Any

import pytest
import timm
import torch
from torch import Tensor
from transformers import GPT2Config, GPT2Model

from fusion import bench_encoding
from fusion.bench_encoding import FAMILIES, Pair, encoding, seconds
from fusion.encoders import ENCODERS
from fusion.encoders.pieces import PieceEncoder
from fusion.tokens import Tokens


class Counted:
    """An encoder of nothing that counts its calls."""

    width = 2

    def __init__(self) -> None:
        self.calls = 0

    def encode(self, batch: Sequence[Any]) -> Tokens:
        self.calls += 1
        return Tokens(torch.zeros(1, 1, 2), torch.zeros(1, 2), torch.ones(1, 1, dtype=torch.bool))


def test_each_figure_is_named_by_family_and_unit_and_the_smallest_ratio_stands_first() -> None:
    def pair_of(batch: Sequence[Any]) -> Pair:
        return Pair(Counted(), lambda items: None, batch)

    found = encoding({"a": lambda: pair_of(["x", "y"]), "b": lambda: pair_of([1, 2, 3])})
    assert list(found) == [
        "encode_throughput_over_bare_ratio",
        "encode_a_texts_per_s",
        "encode_throughput_over_bare_a_ratio",
        "encode_b_pictures_per_s",
        "encode_throughput_over_bare_b_ratio",
    ]
    ratios = [found[f"encode_throughput_over_bare_{name}_ratio"] for name in "ab"]
    assert found["encode_throughput_over_bare_ratio"] == min(ratios) > 0


def test_both_sides_are_called_as_often_and_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_encoding, "LONGEST_S", 0.0)
    called: list[str] = []
    ours, bare = seconds(lambda: called.append("ours"), lambda: called.append("bare"))
    assert ours > 0 and bare > 0
    assert called.count("ours") == called.count("bare") == bench_encoding.LEAST + 1
    timed = called[2:]
    assert all({timed[i], timed[i + 1]} == {"ours", "bare"} for i in range(0, len(timed), 2))


def test_every_encoder_with_a_model_of_a_library_has_its_figures() -> None:
    for record in ENCODERS:
        if record.weights is not None:
            family = record.name.replace("-", "_")
            wanted = {f"{family}_image", f"{family}_text"} if record.modality == "both" else {family}
            assert wanted <= set(FAMILIES)


def _same(ours: Tensor, bare: Tensor) -> None:
    torch.testing.assert_close(ours, bare, atol=1e-4, rtol=1e-4)


def test_minilms_pooled_text_is_the_bare_sides() -> None:
    pair = FAMILIES["minilm"]()
    _, pooled = pair.bare(pair.batch)  # type: ignore[misc]
    _same(pair.encoder.encode(pair.batch).pooled, pooled)


def test_the_levels_of_a_picture_are_the_bare_sides() -> None:
    """At stride 32 a map is interpolated, which keeps its mean about; the finer ones are averaged."""
    pair = FAMILIES["efficientnet_lite0_levels"]()
    levels = pair.bare(pair.batch[:1])
    assert isinstance(levels, list)
    pooled = torch.cat([pooled for _, pooled in levels], dim=1)
    ours = pair.encoder.encode(pair.batch[:1]).pooled[:, : pooled.shape[1]]
    assert torch.cosine_similarity(ours, pooled).item() > 0.95


def test_features_of_timm_are_the_bare_sides() -> None:
    pair = bench_encoding._features(timm.create_model("resnet10t"))
    sequence, pooled = pair.bare(pair.batch[:2])  # type: ignore[misc]
    tokens = pair.encoder.encode(pair.batch[:2])
    _same(tokens.sequence, sequence)
    _same(tokens.pooled, pooled)


def test_pieces_of_transformers_are_the_bare_sides() -> None:
    config = GPT2Config(vocab_size=1000, n_layer=1, n_head=2, n_embd=16, use_cache=False)
    torch.manual_seed(0)
    encoder = PieceEncoder(GPT2Model(config), bench_encoding._byte_pairs(), config.n_positions)
    pair = bench_encoding._pieces(encoder, bench_encoding._byte_pairs())
    _, pooled = pair.bare(pair.batch)  # type: ignore[misc]
    _same(encoder.encode(pair.batch).pooled, pooled)
