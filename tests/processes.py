"""Commands started as from a shell, in one process or in several."""

import os
import subprocess
import sys
from pathlib import Path

from fusion.several import RANKS

ROOT = Path(__file__).parent.parent
TWO = ("accelerate.commands.accelerate_cli", "launch", "--num_processes", "2", "--cpu", "-m")


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """A module, started as from a shell."""
    inherited = {name: x for name, x in os.environ.items() if name not in (*RANKS, "MASTER_ADDR")}
    environment = {**inherited, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    command = (sys.executable, "-m", *command)
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=500)


def told(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The lines on stdout that are the project's own: some versions of torch tell there who is connected."""
    return [line for line in done.stdout.splitlines() if not line.startswith("[Gloo]")]
