"""Nothing outlives its use."""

import gc
import os
import subprocess
import sys
from pathlib import Path
from tempfile import gettempdir

from fusion.own import Workspace, sweep
from fusion.own.workspace import PREFIX


def test_a_workspace_goes_when_it_is_closed_or_forgotten() -> None:
    with Workspace() as folder:
        (folder / "a").mkdir()
        (folder / "a" / "b.png").write_text("x")
        assert folder.name.startswith(f"{PREFIX}{os.getpid()}-")
    assert not folder.exists()
    workspace = Workspace()
    folder = workspace.folder
    del workspace
    gc.collect()
    assert not folder.exists()


def run(code: str) -> tuple[int, Path]:
    """A process that makes a workspace, and where that was."""
    made = "from fusion.own import Workspace; import os; w = Workspace(); print(w.folder, flush=True); "
    done = subprocess.run([sys.executable, "-c", made + code], stdout=subprocess.PIPE, text=True, check=False)
    return done.returncode, Path(done.stdout.strip())


def test_it_goes_with_its_process_and_a_killed_one_is_swept_up_after() -> None:
    code, folder = run("raise SystemExit(0)")
    assert code == 0 and not folder.exists()
    code, folder = run("os.kill(os.getpid(), 9)")
    assert code == -9 and folder.is_dir()
    with Workspace() as own:
        foreign = Path(gettempdir()) / f"{PREFIX}notes"
        foreign.mkdir(exist_ok=True)
        sweep()
        assert not folder.exists() and own.is_dir() and foreign.is_dir()
        foreign.rmdir()


def test_a_forked_process_leaves_it_alone() -> None:
    workspace = Workspace()
    if (child := os.fork()) == 0:
        workspace.close()
        os._exit(0)
    os.waitpid(child, 0)
    assert workspace.folder.is_dir()
    workspace.close()
