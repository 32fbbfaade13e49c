"""A model too great for one GPU, laid over several: accelerate's device_map="auto"."""

from collections.abc import Mapping

from accelerate import dispatch_model, infer_auto_device_map
from torch import nn


def device_map(module: nn.Module, memory: Mapping[int | str, int]) -> dict[str, int | str]:
    """Which part of a model goes where: GPUs in their order, what is left on the CPU.

    memory: bytes by number of a GPU, and of "cpu". The blocks that a model repeats stay whole, because what
    leaves a block is added to what entered it.
    """
    lists = (m for m in module.modules() if isinstance(m, nn.ModuleList))
    blocks = {type(block).__name__ for blocks in lists for block in blocks}
    return dict(infer_auto_device_map(module, dict(memory), sorted(blocks)))


def spread(module: nn.Module, memory: Mapping[int | str, int]) -> None:
    """Lay a model over several GPUs, for good; its parts pass their results on by themselves."""
    dispatch_model(module, device_map(module, memory))


def is_spread(module: nn.Module) -> bool:
    """Whether accelerate has laid the model over several devices."""
    return hasattr(module, "hf_device_map")
