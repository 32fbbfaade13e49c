"""A model over several GPUs: decided from sizes alone, so without a GPU."""

import torch
from open_clip import CLIP
from torch import nn
from transformers import BertConfig, BertModel

from fusion.device.room import size_of
from fusion.device.spread import device_map, is_spread, spread


def bert(layers: int = 4) -> BertModel:
    with torch.device("meta"):
        return BertModel(
            BertConfig(
                vocab_size=100, hidden_size=32, intermediate_size=64, num_hidden_layers=layers,
                num_attention_heads=2, max_position_embeddings=16,
            ),
            add_pooling_layer=False,
        )  # fmt: skip


def where(found: dict[str, int | str], name: str) -> int | str:
    """The device of the parameter `name`: that of the longest entry that it lies under."""
    entries = [entry for entry in found if entry == "" or name == entry or name.startswith(f"{entry}.")]
    return found[max(entries, key=len)]


def test_the_gpus_are_filled_in_order_and_no_block_is_cut() -> None:
    model = bert()
    whole, layer = size_of(model), size_of(model.encoder.layer[0])
    found = device_map(model, {0: whole - layer, 1: whole, "cpu": 10 * whole})
    assert set(found.values()) == {0, 1}
    assert where(found, "embeddings.word_embeddings.weight") == 0
    assert where(found, "encoder.layer.3.output.dense.weight") == 1
    for i in range(4):
        names = [f"encoder.layer.{i}.{name}" for name, _ in model.encoder.layer[i].named_parameters()]
        assert len({where(found, name) for name in names}) == 1
    first = sum(x.numel() * x.element_size() for n, x in model.named_parameters() if where(found, n) == 0)
    assert first <= whole - layer


def test_what_fits_on_the_first_stays_together() -> None:
    model = bert()
    found = device_map(model, {0: 2 * size_of(model), 1: 2 * size_of(model), "cpu": 1})
    assert set(found.values()) == {0}


def test_what_fits_on_no_gpu_is_left_on_the_cpu() -> None:
    model = bert(8)
    layer = size_of(model.encoder.layer[0])
    found = device_map(model, {0: 4 * layer, 1: 3 * layer, "cpu": 100 * layer})
    assert set(found.values()) == {0, 1, "cpu"}
    assert all(where(found, name) in (0, 1, "cpu") for name, _ in model.named_parameters())


def test_what_computes_with_numbers_of_its_own_beside_its_parts_stays_whole() -> None:
    """CLIP multiplies what its parts give by projections that belong to none of them."""
    with torch.device("meta"):
        clip = CLIP(
            embed_dim=8,
            vision_cfg={"image_size": 32, "patch_size": 16, "width": 64, "layers": 2, "head_width": 32},
            text_cfg={"context_length": 8, "vocab_size": 50, "width": 32, "heads": 2, "layers": 2},
        )
    half = size_of(clip) // 2
    assert device_map(clip, {0: half, 1: half + 1, "cpu": 100 * half}) == {"": 1}
    tower = nn.ModuleDict({"first": clip.visual, "second": nn.Linear(1, 1)})
    found = device_map(tower, {0: size_of(clip.visual) // 2, 1: 2 * size_of(clip), "cpu": 100 * half})
    assert len({where(found, f"first.{name}") for name, _ in clip.visual.named_parameters()}) == 1


def test_a_spread_model_is_known_as_one_and_computes() -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))
    expected = model(torch.ones(1, 3))
    assert not is_spread(model)
    spread(model, {"cpu": 10**9})
    assert is_spread(model)
    torch.testing.assert_close(model(torch.ones(1, 3)), expected)
