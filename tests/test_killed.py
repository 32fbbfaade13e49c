"""A process that is killed in the middle of a fit or an export leaves nothing half-written to the next."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import fusion
from fusion.bench_own import write_rows
from tests.processes import ROOT

# Kills itself when a draft is about to take the place of the file so named.
KILLED = """
import os, signal, sys
from pathlib import Path
from fusion.cli import main
replace, name = Path.replace, sys.argv.pop(1)
def die(self, target):
    if Path(target).name == name:
        os.kill(os.getpid(), signal.SIGKILL)
    return replace(self, target)
Path.replace = die
sys.exit(main(sys.argv[1:]))
"""
QUICK = ("--image-encoder", "efficientnet-lite0-levels", "--text-encoder", "word-embedding", "--epochs", "1")
NEVER = "nothing"


def fit(folder: Path, killed_at: str) -> int:
    """Fit and export one's own data, unless killed; gives back the status."""
    places = {"FUSION_CACHE": str(folder / "cache"), "TMPDIR": str(folder / "temporary")}
    command = ["fit", "--data", str(folder / "things"), "--task", "things", "--seeds", "1", *QUICK]
    command += ["--strategy", "concat", "--out", str(folder / "out" / "fitted.safetensors")]
    environment = {**os.environ, **places, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.run([sys.executable, "-c", KILLED, killed_at, *command], env=environment).returncode


def hidden(folder: Path) -> list[Path]:
    return [path for path in folder.rglob(".*") if path.suffix != ".resume"]


def test_it_starts_again_with_nothing_half_written(tmp_path: Path) -> None:
    for name in ("things", "temporary"):
        (tmp_path / name).mkdir()
    write_rows(tmp_path / "things", 60)
    out = tmp_path / "out" / "fitted.safetensors"
    for at in ("concat.safetensors", out.name):  # in the fit, then in the export
        assert fit(tmp_path, killed_at=at) == -signal.SIGKILL
        assert not out.exists() and hidden(tmp_path), "it had no time to tidy up"
    assert fit(tmp_path, killed_at=NEVER) == 0
    assert fusion.load(out).strategies == ("concat",)
    assert not hidden(tmp_path)
    assert not list((tmp_path / "temporary").iterdir())
