"""Python's audit events of this process: files opened elsewhere, connections, commands, pickles."""

import os
import sys
import sysconfig
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from huggingface_hub.constants import HF_HOME

import fusion
from fusion.paths import cache_folder

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# What changes a folder, with the place of its folder's descriptor among what the event tells.
_MOVES = {"os.remove": 1, "os.rename": 2, "os.mkdir": 2, "os.rmdir": 1, "os.symlink": 2, "os.link": 2}
_COMMANDS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "pty.spawn")
# What Python and its libraries read of the system, wherever they are installed.
_SYSTEM = ("/proc", "/sys", "/dev", "/usr/lib", "/usr/share", "/lib", "/etc/localtime", "/etc/mime.types")


class Watch:
    """Notes what must not happen while its block runs. An audit hook stays as long as its process does.

    own: folders that may be written to as well as read.
    """

    def __init__(self, own: Iterable[Path]) -> None:
        self._armed = False
        self.seen: list[str] = []
        self._own = _real([*own, tempfile.gettempdir(), cache_folder()])
        project = Path(fusion.__file__).parent.parent
        installed: list[str | Path] = [
            sys.prefix,
            sys.base_prefix,
            *sysconfig.get_paths().values(),
            project,
            HF_HOME,
        ]
        models = os.environ.get("FUSION_MODELS")
        self._read = _real([*installed, *_SYSTEM, *([models] if models else [])])
        sys.addaudithook(self._hook)

    def __enter__(self) -> None:
        self._armed = True

    def __exit__(self, *error: object) -> None:
        self._armed = False

    def taken(self) -> list[str]:
        """What was noted since the last time."""
        found, self.seen = self.seen, []
        return found

    def _hook(self, event: str, told: tuple[Any, ...]) -> None:
        if not self._armed:
            return
        if event == "open":
            path, _, flags = told
            self._check(path, bool((flags or 0) & WRITES))
        elif event in _MOVES:
            self._check(told[0], True, told[_MOVES[event]])
        elif event in ("os.listdir", "os.scandir"):
            self._check(told[0], False)
        elif event in ("socket.connect", "socket.sendto"):
            self._note(f"a connection was made to {told[1]}")
        elif event == "socket.getaddrinfo":
            self._note(f"the address of {told[0]} was looked up")
        elif event in _COMMANDS:
            self._note("a command was run")
        elif event == "pickle.find_class":
            self._note("a pickle was loaded")

    def _check(self, path: Any, writes: bool, inside: int = -1) -> None:
        if not isinstance(path, (str, bytes, os.PathLike)):
            return  # a descriptor, opened by its path before
        start = "" if inside == -1 else f"/proc/self/fd/{inside}"
        real = os.path.realpath(os.path.join(start, os.fsdecode(path)))  # noqa: PTH118
        if _under(real, self._own) or (not writes and _under(real, self._read)):
            return
        self._note(f"{'written' if writes else 'read'} outside of what is allowed: {real}")

    def _note(self, what: str) -> None:
        self.seen.append(what)


def _real(folders: Iterable[str | Path]) -> tuple[str, ...]:
    return tuple(os.path.realpath(folder) for folder in folders)


def _under(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)
