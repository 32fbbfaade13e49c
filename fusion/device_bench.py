"""What this machine's device does with encoders of the usual size: `python -m fusion bench --devices`.

CLIP ViT-B/32 and BERT-base with random weights, so that nothing has to be downloaded. Each figure's name ends
in its unit. A machine without a GPU prints the CPU's figures, without those of a device with its own memory.
"""

from collections.abc import Callable

import open_clip
import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from fusion.device import device, encoder_dtype, in_use, place_encoder
from fusion.device.placing import budget
from fusion.device.room import Room, size_of
from fusion.timing import median_s

PIECES = 32  # word pieces of a text
CLIP_PIECES = 77
REPEATS = 5
MB = 1e6

# A batch size to pooled vectors (B, D) on the device, by what is encoded.
Encode = Callable[[int], Tensor]


@torch.inference_mode()
def device_figures() -> dict[str, float]:
    """All figures as one flat object of numbers."""
    torch.manual_seed(0)
    clip, bert = (model.eval().requires_grad_(False) for model in (_clip(), _bert()))
    encoders = _encoders(clip, bert)
    figures = {"encoder_bits": float(8 * encoder_dtype().itemsize)}
    for name, (module, encode) in encoders.items():
        figures[f"{name}_half_against_full_percent"] = _agreement(module, encode)
    has_memory = device().type != "cpu"
    if has_memory:
        figures |= _offload(clip, bert, encoders)
    for name, (module, encode) in encoders.items():
        place_encoder(module)
        with in_use(module):
            figures |= _speed(name, encode, batch=128 if has_memory else 8)
    if has_memory:
        figures["budget_mb"] = budget(device()) / MB
    return figures


def _clip() -> nn.Module:
    model: nn.Module = open_clip.CLIP(**open_clip.get_model_config("ViT-B-32"))
    return model


def _bert() -> nn.Module:
    model: nn.Module = BertModel(BertConfig(), add_pooling_layer=False)
    return model


def _encoders(clip: nn.Module, bert: nn.Module) -> dict[str, tuple[nn.Module, Encode]]:
    """The models and how they encode so many random inputs, in whatever precision they stand."""
    generator = torch.Generator().manual_seed(1)
    pixels = torch.randn(128, 3, 224, 224, generator=generator)
    pieces = torch.randint(1, 100, (128, CLIP_PIECES), generator=generator)

    def clip_picture(n: int) -> Tensor:
        weight = next(clip.parameters())
        return clip.encode_image(pixels[:n].to(weight))  # type: ignore[operator]

    def clip_text(n: int) -> Tensor:
        return clip.encode_text(pieces[:n].to(next(clip.parameters()).device))  # type: ignore[operator]

    def bert_text(n: int) -> Tensor:
        ids = pieces[:n, :PIECES].to(next(bert.parameters()).device)
        return bert(input_ids=ids).last_hidden_state.mean(1)

    return {
        "clip_picture": (clip, clip_picture),
        "clip_text": (clip, clip_text),
        "bert_text": (bert, bert_text),
    }


def _agreement(module: nn.Module, encode: Encode) -> float:
    """How far what half precision makes of some inputs is from what full precision makes of them, in percent
    of its length."""
    half = encoder_dtype() if encoder_dtype() != torch.float32 else torch.bfloat16
    full, rounded = (_in_precision(module, dtype, encode) for dtype in (torch.float32, half))
    module.to("cpu", torch.float32)
    return 100 * ((full - rounded).norm() / full.norm()).item()


def _in_precision(module: nn.Module, dtype: torch.dtype, encode: Encode) -> Tensor:
    module.to(device(), dtype)
    return encode(4).float()


def _offload(
    clip: nn.Module, bert: nn.Module, encoders: dict[str, tuple[nn.Module, Encode]]
) -> dict[str, float]:
    """Two models that take turns, as the budget has room for the greater one alone."""
    for module in (clip, bert):
        module.to("cpu", encoder_dtype())
    where = torch.empty(0, device=device()).device
    room = Room(where, max(size_of(clip), size_of(bert)))
    for module in (clip, bert):
        room.admit(module)
    encode = encoders["clip_picture"][1]
    held, before = [], _allocated(where)
    with room.in_use(clip):
        first = encode(4).float().cpu()
    for module in (bert, clip):
        with room.in_use(module):
            held.append(_allocated(where) - before)
    with room.in_use(clip):
        again = encode(4).float().cpu()

    def turn() -> None:
        for module in (bert, clip):
            with room.in_use(module):
                pass

    figures = {
        "clip_weights_mb": size_of(clip) / MB,
        "bert_weights_mb": size_of(bert) / MB,
        "two_in_turn_budget_mb": room.budget / MB,
        "two_in_turn_most_on_device_mb": max(held) / MB,
        "two_in_turn_swap_ms": 1000 * median_s(turn, REPEATS) / 2,
        "two_in_turn_largest_difference": (first - again).abs().max().item(),
    }
    room.clear()
    return figures


def _speed(name: str, encode: Encode, batch: int) -> dict[str, float]:
    """Of one input, and of many at once."""
    latency = 1000 * median_s(lambda: encode(1).cpu(), REPEATS)
    return {
        f"{name}_latency_ms": latency,
        f"{name}_throughput_per_s": batch / median_s(lambda: encode(batch).cpu(), REPEATS),
    }


def _allocated(where: torch.device) -> int:
    """Bytes of all tensors on a device; 0 on the CPU, which does not say."""
    if where.type == "cuda":
        return torch.cuda.memory_allocated(where)
    return torch.mps.current_allocated_memory() if where.type == "mps" else 0
