"""Frozen models: placed once, on the device while they are in use."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import torch
from accelerate.utils import get_max_memory
from torch import nn

from fusion.device.room import Room, size_of
from fusion.device.spread import is_spread, spread
from fusion.device.where import accelerator, device, encoder_dtype
from fusion.device.zero_gpu import lent
from fusion.errors import UserError
from fusion.language import say
from fusion.once import once

M = TypeVar("M", bound=nn.Module)

MEMORY = "FUSION_DEVICE_MEMORY"
SHARE = 0.6  # of a device's memory, for the weights of frozen models

_admitting = threading.Lock()


def place_encoder(module: M) -> M:
    """A frozen module for the device, in the fastest precision, ready for inference.

    Where the device has memory of its own it comes there when it is first in use.
    """
    module.requires_grad_(False).eval()
    if device().type != "cpu":
        _admit(module)
    return module


@contextmanager
def in_use(module: M) -> Iterator[M]:
    """The placed module, on its device while in the block.

    To be put around all that computes with it, methods other than `forward` too. Models that are not in use
    leave the device, the least recently used first, where they would take more than the budget. On the CPU
    there is nothing to do.
    """
    where = device()
    if where.type == "cpu":
        yield module
        return
    _admit(module)
    if is_spread(module):
        yield module
        return
    with _room(where).in_use(module):
        yield module


def budget(of: torch.device) -> int:
    """Bytes that frozen models may take on a device: FUSION_DEVICE_MEMORY in GB, else a share of its own.

    Raises UserError where that is no positive number.
    """
    given = os.environ.get(MEMORY)
    if given:
        try:
            gigabytes = float(given)
        except ValueError:
            gigabytes = 0.0
        if not 0 < gigabytes < float("inf"):
            raise UserError(
                say("{setting} is a number of gigabytes, not {given}.", setting=MEMORY, given=repr(given))
            )
        return int(gigabytes * 1e9)
    if of.type == "mps":
        return int(SHARE * torch.mps.recommended_max_memory())
    return int(SHARE * torch.cuda.get_device_properties(of).total_memory)


def _admit(module: nn.Module) -> None:
    """Let a module take turns on the device, or lay it over all GPUs where it is too great for one."""
    room = _room(device())
    with _admitting:
        if module in room or is_spread(module):
            return
        module.to(encoder_dtype())
        if size_of(module) > room.budget and _gpus() > 1:
            room.clear()
            memory: dict[int | str, int] = {i: budget(torch.device("cuda", i)) for i in range(_gpus())}
            spread(module, memory | {"cpu": get_max_memory()["cpu"]})
        else:
            room.admit(module)


@once
def _room(where: torch.device) -> Room:
    named = torch.empty(0, device=where).device  # as its tensors name it, with its number
    return Room(named, budget(named))


def _gpus() -> int:
    """How many GPUs this process has to itself."""
    return torch.cuda.device_count() if device().type == "cuda" and not lent() and _alone() else 1


def _alone() -> bool:
    return bool(accelerator().num_processes == 1)
