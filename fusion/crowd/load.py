"""Many visitors at once: the figures."""

import asyncio
import time
from typing import Any

import psutil

from fusion.crowd.measured import Measured
from fusion.crowd.server import Server, serving
from fusion.crowd.visitor import FIRST, THINK_S, Visitor
from fusion.progress import Progress
from fusion.strategies import STRATEGIES

IDLE = 30  # toggles of one visitor alone
KINDS = (*FIRST, "toggle", "explanation")
FORGOTTEN_S = 90.0  # at most, until no file of a visitor is left


def load(visitors: int, seconds: float, progress: Progress) -> dict[str, Any]:
    """Start the server, measure it with one visitor, then with many, then with one again.

    Gives back one flat object of numbers, each name ending in its unit, and `failures`: how often what
    failed.
    """
    with serving() as server:
        figures = asyncio.run(_visited(server, visitors, seconds, progress))
        figures["exit_status"] = server.stop()
    return figures


async def _visited(server: Server, visitors: int, seconds: float, progress: Progress) -> dict[str, Any]:
    alone, many, fresh = Measured(), Measured(), Measured()
    await _alone(server, alone, progress)
    memory = [server.memory()]
    crowd = [Visitor(server.address, number, many) for number in range(1, visitors + 1)]
    start = time.perf_counter()
    coming = asyncio.gather(*(visitor.visit(seconds) for visitor in crowd))
    while not coming.done():
        await asyncio.wait([coming], timeout=1)
        memory.append(server.memory())
        passed = min(time.perf_counter() - start, seconds)
        progress(f"{visitors} visitors at once", round(passed), round(seconds))
    await coming

    last = Visitor(server.address, visitors + 1, fresh)
    start = time.perf_counter()
    for kind in FIRST:
        await last.act(kind)
    answered = time.perf_counter() - start
    await last.leave()
    failures = alone.failures + many.failures + fresh.failures
    return {
        "visitors_count": visitors,
        "duration_s": seconds,
        "think_mean_s": THINK_S,
        "cores_count": psutil.cpu_count(),
        "actions_count": sum(map(len, many.seconds.values())),
        "failed_count": failures.total(),
        "foreign_data_count": alone.foreign + many.foreign + fresh.foreign,
        **_times(alone, many),
        "memory_start_mb": memory[0],
        "memory_middle_mb": memory[len(memory) // 2],
        "memory_end_mb": memory[-1],
        "memory_end_over_middle_ratio": memory[-1] / memory[len(memory) // 2],
        "fresh_visitor_answer_s": answered,
        "files_left_count": await _left(server, progress),
        "failures": dict(failures),
    }


async def _alone(server: Server, measured: Measured, progress: Progress) -> None:
    """One visitor, who toggles while the server has nothing else to do."""
    visitor = Visitor(server.address, 0, measured)
    for kind in (*FIRST, *("toggle" for _ in STRATEGIES)):
        await visitor.act(kind)
    measured.seconds["toggle"].clear()  # what is slow the first time would flatter the others
    for toggled in range(IDLE):
        await visitor.explained()
        await visitor.act("toggle")
        progress("one visitor alone", toggled + 1, IDLE)
    await visitor.leave()


def _times(alone: Measured, many: Measured) -> dict[str, float]:
    idle, busy = alone.percentile("toggle", 95), many.percentile("toggle", 95)
    found = {"idle_toggle_p50_ms": alone.percentile("toggle", 50), "idle_toggle_p95_ms": idle}
    for kind in KINDS:
        found[f"{kind}_count"] = len(many.seconds[kind])
        found |= {f"{kind}_p{percent}_ms": many.percentile(kind, percent) for percent in (50, 95)}
    return {**found, "toggle_p95_over_idle_ratio": busy / idle}


async def _left(server: Server, progress: Progress) -> int:
    """How many files of visitors are left, once what goes had time to."""
    start = time.monotonic()
    while (left := server.files()) and (passed := time.monotonic() - start) < FORGOTTEN_S:
        progress("until no file is left", round(passed), round(FORGOTTEN_S))
        await asyncio.sleep(1)
    return len(left)
