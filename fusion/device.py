"""The one place that owns devices: a single accelerate Accelerator for the process."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import torch
from accelerate import Accelerator
from torch import nn

from fusion.once import once

M = TypeVar("M", bound=nn.Module)


@once
def accelerator() -> Accelerator:
    """The process's Accelerator, made at the first call: CUDA, MPS or CPU, whichever is there."""
    return Accelerator()


def device() -> torch.device:
    """Where models run."""
    return accelerator().device


def encoder_dtype() -> torch.dtype:
    """Half precision where it is faster (bf16 or fp16 on CUDA), full precision elsewhere.

    On a CPU without matrix units for bf16, and on MPS for convolutions, half precision is slower.
    """
    if device().type != "cuda":
        return torch.float32
    return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16


def place_encoder(module: M) -> M:
    """A frozen module on the device, in the fastest precision, ready for inference."""
    return module.requires_grad_(False).eval().to(device(), encoder_dtype())


@contextmanager
def in_use(module: M) -> Iterator[M]:
    """The placed module, on its device while in the block."""
    yield module
