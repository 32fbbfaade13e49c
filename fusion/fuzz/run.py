"""Tries all cases, each kind in a process of its own: what crashes or hangs is counted and ends nothing."""

import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from fusion.fuzz.case import FAULT, Outcome
from fusion.fuzz.kinds import KINDS
from fusion.progress import Progress, silent

LIMIT_S, LIMIT_CPU_S = 600.0, 180.0  # a case that takes longer, or computes for longer, hangs
START_S = 600.0  # until a process is ready
BOUND_MB = 1500.0  # of memory beyond what the process had at rest
POLL_S = 0.05
END_S = 10.0
_TOO_MUCH = f"more than {BOUND_MB:,.0f} MB of memory beyond what it had at rest"


def fuzz(
    cases: int = 2000, seed: int = 0, progress: Progress = silent, only: str | None = None
) -> list[Outcome]:
    """What became of each of so many cases; the same seed gives the same ones.

    only: one case alone, as KIND/NUMBER. Raises ValueError where there is no such case.
    """
    numbers = _numbers(cases)
    if only is not None:
        kind, _, number = only.partition("/")
        numbers = {kind: [int(number)]}
    done, total = 0, sum(map(len, numbers.values()))

    def each() -> None:
        nonlocal done
        done += 1
        progress("trying", done, total)

    with TemporaryDirectory(prefix="fusion-fuzz-") as folder, ThreadPoolExecutor(os.cpu_count()) as threads:
        runs = [
            threads.submit(lambda kind: list(_of_kind(kind, numbers[kind], seed, Path(folder), each)), kind)
            for kind in sorted(numbers, key=_cost)
        ]
        return [outcome for run in runs for outcome in run.result()]


def _cost(kind: str) -> int:
    """The longest first, so that none is left to run alone at the end."""
    return list(KINDS).index(kind)


def _numbers(cases: int) -> dict[str, list[int]]:
    total = sum(kind.share for kind in KINDS.values())
    return {name: list(range(-(-cases * kind.share // total))) for name, kind in KINDS.items()}


def _of_kind(
    kind: str, numbers: Sequence[int], seed: int, folder: Path, each: Callable[[], None]
) -> Iterator[Outcome]:
    worker: _Worker | None = None
    try:
        for number in numbers:
            worker = worker or _Worker(kind, seed, folder)
            yield worker.tried(number)
            if worker.process.poll() is not None:
                worker = None
            each()
    finally:
        if worker is not None:
            worker.close()


class _Worker:
    """One process that tries cases, and what it started, watched from outside."""

    def __init__(self, kind: str, seed: int, folder: Path) -> None:
        self.kind = kind
        scratch = folder / "scratch" / kind
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        self._errors = (folder / f"{kind}.errors").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "fusion.fuzz.worker", kind, str(seed), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={
                **os.environ,
                "TMPDIR": str(scratch),
                "HF_HUB_OFFLINE": "1",
                "OMP_NUM_THREADS": "1",
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            start_new_session=True,
        )
        self._answers = selectors.DefaultSelector()
        assert self.process.stdout is not None
        self._answers.register(self.process.stdout, selectors.EVENT_READ)
        self._rest = 0.0
        told, _, why = self._answer(START_S)
        if told is None:
            raise RuntimeError(f"the process for {kind} did not start: {why}")
        self._rest = self._megabytes()

    def tried(self, number: int) -> Outcome:
        """The outcome of a case; the process has ended where that is what happened."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{number}\n".encode())
        self.process.stdin.flush()
        start = time.perf_counter()
        told, most, why = self._answer(LIMIT_S)
        if told is None:
            told = {"what": "unknown", "seconds": time.perf_counter() - start, "megabytes": most}
        told["megabytes"] = max(most, told["megabytes"])
        if not why and told["megabytes"] > self._rest + BOUND_MB:
            why = _TOO_MUCH
        if why:
            self.close()
            told |= {"result": FAULT, "told": why}
        return Outcome(self.kind, number, **told)

    def close(self) -> None:
        """End it, with all that it has started."""
        assert self.process.stdin is not None and self.process.stdout is not None
        with suppress(OSError):
            self.process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(END_S)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._answers.close()
        self.process.stdout.close()
        self._errors.close()

    def _answer(self, limit: float) -> tuple[dict[str, Any] | None, float, str]:
        """What it answers within a time, the most memory meanwhile, and why there is no answer."""
        end, most, before = time.perf_counter() + limit, 0.0, self._computed()
        while time.perf_counter() < end:
            ready = self._answers.select(POLL_S)
            most = max(most, self._megabytes())
            if ready:
                assert self.process.stdout is not None
                line = self.process.stdout.readline()
                if not line:
                    return None, most, f"the process ended with status {self.process.wait()}"
                return json.loads(line), most, ""
            if self._rest and most > self._rest + BOUND_MB:
                return None, most, _TOO_MUCH
            if self._rest and self._computed() - before > LIMIT_CPU_S:
                return None, most, f"no answer within {LIMIT_CPU_S:.0f} s of computing"
        return None, most, f"no answer within {limit:.0f} s"

    def _computed(self) -> float:
        """Seconds of a processor that it has had; a busy machine gives it few."""
        with suppress(psutil.Error):
            return sum(psutil.Process(self.process.pid).cpu_times()[:2])
        return 0.0

    def _megabytes(self) -> float:
        total = 0.0
        for process in _family(self.process.pid):
            with suppress(psutil.Error):
                total += process.memory_info().rss / 1e6
        return total


def _family(number: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(number)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []
