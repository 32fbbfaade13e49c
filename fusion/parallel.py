"""Processes that fit together, as `accelerate launch` starts them: each takes a share of every batch."""

import os
import sys

import psutil
from accelerate.commands.launch import launch_command_parser
from torch import Tensor

from fusion.device import accelerator

# By which a process is told that it is one of several.
RANKS = ("LOCAL_RANK", "WORLD_SIZE", "PMI_SIZE", "OMPI_COMM_WORLD_SIZE", "MV2_COMM_WORLD_SIZE")


def start_others() -> None:
    """Where `accelerate launch --cpu --num_processes N` has started this command, start it N times instead.

    accelerate leaves that to MPI: without a file of hosts it starts a single process (1.15), and tells it
    nothing of the number but where the others would meet. Elsewhere nothing is done.
    """
    processes = _wished()
    if processes > 1:
        launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
        os.execv(sys.executable, [*launcher, f"--nproc-per-node={processes}", "-m", "fusion", *sys.argv[1:]])


def _wished() -> int:
    """How many processes accelerate was asked for, where it started this one alone; else 1."""
    if "MASTER_ADDR" not in os.environ or any(name in os.environ for name in RANKS):
        return 1
    parent = psutil.Process().parent()
    command = [] if parent is None else parent.cmdline()
    if "launch" not in command:
        return 1
    asked, _ = launch_command_parser().parse_known_args(command[command.index("launch") + 1 :])
    return int(asked.num_processes or 1) if asked.cpu and (asked.num_machines or 1) == 1 else 1


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
