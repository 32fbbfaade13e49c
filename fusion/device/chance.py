"""The state of the random numbers that a fit draws, on the CPU and on the device where it runs."""

import torch
from torch import Tensor

from fusion.device.where import accelerator


def random_state() -> Tensor:
    """(n,) bytes: the CPU's state, then the device's where it has one of its own."""
    device = accelerator().device
    if device.type == "cpu":
        return torch.get_rng_state()
    return torch.cat([torch.get_rng_state(), torch.get_device_module(device).get_rng_state()])


def set_random_state(state: Tensor) -> None:
    """Draw on from a state of `random_state`."""
    own = len(torch.get_rng_state())
    torch.set_rng_state(state[:own].clone())  # torch reads it from the start of its storage
    if len(state) > own:
        torch.get_device_module(accelerator().device).set_rng_state(state[own:].clone())
