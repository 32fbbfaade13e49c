"""The memory of one device, shared by frozen models: those used least recently make room for the next."""

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import torch
from accelerate import cpu_offload_with_hook
from accelerate.hooks import CpuOffload
from accelerate.utils.memory import clear_device_cache
from torch import nn


@dataclass
class _Resident:
    """size: bytes on the device. users: blocks that it is in use in. last: greater the later it was used."""

    hook: CpuOffload
    size: int
    users: int = 0
    last: int = 0


class Room:
    """Models that take turns on a device within a budget in bytes, safe to share among threads.

    The budget is for weights and leaves the rest of the device to what is computed. A model greater than all
    of it comes onto the device alone, once no other is in use.
    """

    def __init__(self, device: torch.device, budget: int) -> None:
        self.device = device
        self.budget = budget
        self._residents: WeakKeyDictionary[nn.Module, _Resident] = WeakKeyDictionary()
        self._left = threading.Condition(threading.RLock())
        self._clock = itertools.count(1)
        self._own = threading.local()

    def __contains__(self, module: nn.Module) -> bool:
        return module in self._residents

    def admit(self, module: nn.Module) -> None:
        """Let a model take turns; it waits off the device, and a forward pass alone brings it there too."""
        with self._left:
            if module not in self._residents:
                _, hook = cpu_offload_with_hook(module, self.device)
                self._residents[module] = _Resident(hook.hook, size_of(module))

    @contextmanager
    def in_use(self, module: nn.Module) -> Iterator[None]:
        """An admitted model, on the device while in the block; others leave it where the budget asks for it.

        Where they are in use, this waits for them, unless this thread has another model in use already: two
        such threads would wait for each other, so the budget gives way.
        """
        with self._left:
            resident = self._residents[module]
            while not (self._here(module) or self._made_room(module) or self._holding):
                self._left.wait()
            self._made_room(module)
            resident.hook.pre_forward(module)
            resident.users += 1
            resident.last = next(self._clock)
        self._own.holding = self._holding + 1
        try:
            yield
        finally:
            self._own.holding -= 1
            with self._left:
                resident.users -= 1
                self._left.notify_all()

    def clear(self) -> None:
        """Move every model that is not in use off the device."""
        with self._left:
            for module, resident in list(self._residents.items()):
                self._offload(module, resident)

    def held(self) -> int:
        """Bytes of the models on the device."""
        with self._left:
            return sum(resident.size for module, resident in self._residents.items() if self._here(module))

    @property
    def _holding(self) -> int:
        """How many models this thread has in use."""
        return getattr(self._own, "holding", 0)

    def _made_room(self, module: nn.Module) -> bool:
        """Whether there is room for the module, once those of the others that are not in use have left, the
        least recently used first, as many as it takes."""
        others = [(m, r) for m, r in self._residents.items() if m is not module and self._here(m)]
        free = self.budget - self._residents[module].size - sum(r.size for _, r in others)
        for other, resident in sorted(others, key=lambda pair: pair[1].last):
            if free >= 0:
                return True
            if not resident.users:
                self._offload(other, resident)
                free += resident.size
        return free >= 0 or not any(resident.users for _, resident in others)

    def _offload(self, module: nn.Module, resident: _Resident) -> None:
        if self._here(module) and not resident.users:
            resident.hook.init_hook(module)
            clear_device_cache()

    def _here(self, module: nn.Module) -> bool:
        return next(module.parameters()).device == self.device


def size_of(module: nn.Module) -> int:
    """Bytes of a model's parameters and buffers."""
    tensors = itertools.chain(module.parameters(), module.buffers())
    return sum(x.numel() * x.element_size() for x in tensors)
