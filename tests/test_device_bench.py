"""The figures of a device: each has its unit, and they are those of the models that were measured."""

import json

import open_clip
import pytest
import torch
from open_clip.model import CLIPTextCfg, CLIPVisionCfg
from torch import nn
from transformers import BertConfig, BertModel

from fusion import cli, device_bench
from fusion.device import device

UNITS = ("_ms", "_mb", "_per_s", "_percent", "_bits", "_difference")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    def clip() -> nn.Module:
        vision = CLIPVisionCfg(layers=1, width=64, patch_size=32, image_size=224)
        text = CLIPTextCfg(layers=1, width=64, heads=1, vocab_size=128)
        return open_clip.model.CLIP(16, vision, text)

    def bert() -> nn.Module:
        size = {"vocab_size": 128, "hidden_size": 32, "intermediate_size": 64}
        config = BertConfig(**size, num_hidden_layers=1, num_attention_heads=2)
        return BertModel(config, add_pooling_layer=False)

    monkeypatch.setattr(device_bench, "_clip", clip)
    monkeypatch.setattr(device_bench, "_bert", bert)
    monkeypatch.setattr(device_bench, "REPEATS", 1)


def test_it_prints_one_flat_object_of_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["bench", "--devices", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert all(isinstance(value, float) and name.endswith(UNITS) for name, value in figures.items())
    for name in ("clip_picture", "clip_text", "bert_text"):
        assert 0 < figures[f"{name}_half_against_full_percent"] < 5
        assert figures[f"{name}_latency_ms"] > 0 and figures[f"{name}_throughput_per_s"] > 0
    if device().type == "cpu":
        assert not any("two_in_turn" in name for name in figures)


@torch.inference_mode()
def test_two_models_in_turn_answer_as_before() -> None:
    clip, bert = device_bench._clip().eval(), device_bench._bert().eval()
    figures = device_bench._offload(clip, bert, device_bench._encoders(clip, bert))
    assert figures["two_in_turn_largest_difference"] == 0
    assert figures["two_in_turn_budget_mb"] == max(figures["clip_weights_mb"], figures["bert_weights_mb"])
    assert figures["two_in_turn_most_on_device_mb"] <= 1.1 * figures["two_in_turn_budget_mb"]
    assert all(next(model.parameters()).device.type == "cpu" for model in (clip, bert))
