"""The one place that owns devices: where models run, in which precision, and whose turn the memory is."""

from fusion.device.chance import random_state, set_random_state
from fusion.device.placing import in_use, place_encoder
from fusion.device.where import accelerator, device, encoder_dtype
from fusion.device.zero_gpu import on_gpu, without_gpu, zero_gpu

__all__ = [
    "accelerator",
    "device",
    "encoder_dtype",
    "in_use",
    "on_gpu",
    "place_encoder",
    "random_state",
    "set_random_state",
    "without_gpu",
    "zero_gpu",
]
