"""As many processes as `accelerate launch` was asked for, on the CPU too."""

import os
import sys

import psutil
from accelerate.commands.launch import launch_command_parser

# By which a process is told that it is one of several.
RANKS = ("LOCAL_RANK", "WORLD_SIZE", "PMI_SIZE", "OMPI_COMM_WORLD_SIZE", "MV2_COMM_WORLD_SIZE")


def start_others() -> None:
    """Where `accelerate launch --cpu --num_processes N` has started this command, start it N times instead.

    accelerate leaves that to MPI: without a file of hosts it starts a single process (1.15), and tells it
    nothing of the number but where the others would meet. Elsewhere nothing is done.
    """
    processes = _wished()
    if processes > 1:
        launcher = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
        os.execv(sys.executable, [sys.executable, *launcher, *sys.orig_argv[1:]])


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
