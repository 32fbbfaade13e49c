"""What the modules of a model gave in one run."""

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from torch import Tensor, nn

M = TypeVar("M", bound=nn.Module)


@dataclass(frozen=True)
class Call:
    """One call of a module: its name, what it was given and what it gave."""

    name: str
    given: tuple[Any, ...]
    gave: Any


def twin(model: M) -> M:
    """The same weights in modules of its own, which hooks may be put on while others use the first."""
    shared = {id(x): x for x in (*model.parameters(), *model.buffers())}
    return copy.deepcopy(model, shared)


@contextmanager
def heard(modules: Mapping[str, nn.Module]) -> Iterator[list[Call]]:
    """Every call of these modules in the block, in the order in which they end."""
    calls: list[Call] = []

    def note(name: str) -> Any:
        return lambda _, given, gave: calls.append(Call(name, given, gave))

    handles = [module.register_forward_hook(note(name)) for name, module in modules.items()]
    try:
        yield calls
    finally:
        for handle in handles:
            handle.remove()


def inner(strategy: nn.Module) -> dict[str, nn.Module]:
    """The layers of a strategy by their names; those in a list one by one."""
    found: dict[str, nn.Module] = {}
    for name, child in strategy.named_children():
        if isinstance(child, nn.ModuleList):
            found |= {f"{name}.{i}": layer for i, layer in enumerate(child)}
        else:
            found[name] = child
    return found


def first_tensor(gave: Any) -> Tensor | None:
    """What a module gave, or the first of several things."""
    first = gave[0] if isinstance(gave, tuple) else gave
    return first if isinstance(first, Tensor) else None
