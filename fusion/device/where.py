"""Which device models run on, and in which precision: a single accelerate Accelerator for the process."""

from datetime import timedelta

import torch
from accelerate import Accelerator
from accelerate.utils import DistributedDataParallelKwargs, InitProcessGroupKwargs

from fusion.device.zero_gpu import lent, zero_gpu
from fusion.once import once

# For so long other processes wait while the main one encodes; one that fails is noticed by the launcher.
PATIENCE = timedelta(days=1)


@once
def accelerator() -> Accelerator:
    """The process's Accelerator, made at the first call: CUDA, MPS or CPU, whichever is there.

    On a ZeroGPU Space it is the CPU, as this process has no GPU of its own.
    """
    # A unimodal strategy leaves the parameters of the other modality unused.
    parallel = DistributedDataParallelKwargs(find_unused_parameters=True)
    return Accelerator(cpu=zero_gpu(), kwargs_handlers=[parallel, InitProcessGroupKwargs(timeout=PATIENCE)])


def device() -> torch.device:
    """Where models run."""
    if lent():
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return accelerator().device


def encoder_dtype() -> torch.dtype:
    """Half precision where it is faster (bf16 or fp16 on CUDA), full precision elsewhere.

    On a CPU without matrix units for bf16, and on MPS for convolutions, half precision is slower.
    """
    if device().type != "cuda":
        return torch.float32
    return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
