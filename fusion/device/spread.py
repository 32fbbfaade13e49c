"""A model too great for one GPU, laid over several: accelerate's device_map="auto"."""

from collections.abc import Mapping

from accelerate import dispatch_model, infer_auto_device_map
from torch import nn


def device_map(module: nn.Module, memory: Mapping[int | str, int]) -> dict[str, int | str]:
    """Which part of a model goes where: GPUs in their order, what is left on the CPU.

    memory: bytes by number of a GPU, and of "cpu". The blocks that a model repeats stay whole, because what
    leaves a block is added to what entered it; so does what computes with numbers of its own beside its
    parts, which may stand elsewhere. A model that does so itself goes onto the GPU with the most room.
    """
    if _own(module):
        return {"": max(memory, key=lambda where: (where != "cpu", memory[where]))}
    lists = (m for m in module.modules() if isinstance(m, nn.ModuleList))
    whole = {type(block).__name__ for blocks in lists for block in blocks}
    whole |= {type(part).__name__ for part in module.modules() if _own(part)}
    return dict(infer_auto_device_map(module, dict(memory), sorted(whole)))


def _own(module: nn.Module) -> bool:
    """Whether it has parts, and numbers that belong to none of them."""
    numbers = (*module.parameters(recurse=False), *module.buffers(recurse=False))
    return bool(numbers) and any(True for _ in module.children())


def spread(module: nn.Module, memory: Mapping[int | str, int]) -> None:
    """Lay a model over several GPUs, for good; its parts pass their results on by themselves."""
    dispatch_model(module, device_map(module, memory))


def is_spread(module: nn.Module) -> bool:
    """Whether accelerate has laid the model over several devices."""
    return hasattr(module, "hf_device_map")
