"""Processes that fit together, as `accelerate launch` starts them: each takes a share of every batch."""

from accelerate.utils import broadcast_object_list
from torch import Tensor

from fusion.device import accelerator


def own_share(at: Tensor) -> tuple[Tensor, float]:
    """This process's part of a batch, and what it counts in the whole: all and 1 where it is alone."""
    return share(at, accelerator().num_processes, accelerator().process_index)


def share(at: Tensor, processes: int, index: int) -> tuple[Tensor, float]:
    """The part of a batch (B,) that one of several processes takes, and what it counts in the whole.

    A mean over the batch is the sum of the parts' means times what they count. Of a batch too small to be
    divided everyone takes all.
    """
    if len(at) < processes:
        return at, 1 / processes
    mine = at.tensor_split(processes)[index]
    return mine, len(mine) / len(at)


def summed(x: Tensor) -> Tensor:
    """The sum of what each process gives, on the CPU; everyone must ask for it."""
    if accelerator().num_processes == 1:
        return x
    total: Tensor = accelerator().reduce(x.to(accelerator().device), "sum")
    return total.cpu()


def gathered(x: Tensor) -> Tensor:
    """(n,) of each process to (processes, n), on the CPU; everyone must ask for it."""
    every: Tensor = accelerator().gather(x[None].to(accelerator().device))
    return every.cpu()


def told_to_all(text: str) -> str:
    """What the main process gives; everyone must ask for it."""
    texts: list[str] = broadcast_object_list([text])
    return texts[0]


def part() -> None:
    """Leave the other processes, once all have come this far: one that ends connected may end in an abort."""
    accelerator().wait_for_everyone()
    accelerator().end_training()
