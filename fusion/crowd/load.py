"""Many visitors at once: the figures."""

import asyncio
import time
from typing import Any

import psutil

from fusion.crowd.measured import Measured
from fusion.crowd.server import Server, serving
from fusion.crowd.visitor import Visitor
from fusion.progress import Progress

IDLE = 20  # toggles of one visitor alone
KINDS = ("open", "upload", "ask", "toggle", "explanation")
FORGOTTEN_S = 90.0  # at most, until no file of a visitor is left


def load(visitors: int, seconds: float, progress: Progress) -> dict[str, Any]:
    """Start the server, measure it with one visitor, then with many, then with one again.

    Gives back one flat object of numbers, each name ending in its unit, and `failures`, how often which.
    """
    with serving() as server:
        figures = asyncio.run(_measured(server, visitors, seconds, progress))
        figures["stop_status"] = server.stop()
    return figures


async def _measured(server: Server, visitors: int, seconds: float, progress: Progress) -> dict[str, Any]:
    progress("one visitor alone", 0, 1)
    alone = Measured()
    first = Visitor(server.address, 0, alone)
    for kind in ("open", "upload", "ask"):
        await first.act(kind)
    for _ in range(IDLE):
        await first.explained()
        await first.act("toggle")
    await first.leave()

    many = Measured()
    crowd = [Visitor(server.address, number, many) for number in range(1, visitors + 1)]
    memory = [server.memory()]
    coming = asyncio.gather(*(visitor.visit(seconds) for visitor in crowd))
    start = time.perf_counter()
    while not coming.done():
        await asyncio.wait([coming], timeout=1)
        memory.append(server.memory())
        progress(f"{visitors} visitors at once", min(round(time.perf_counter() - start), round(seconds)), round(seconds))
    await coming

    fresh = Measured()
    last = Visitor(server.address, visitors + 1, fresh)
    begun = time.perf_counter()
    for kind in ("open", "upload", "ask"):
        await last.act(kind)
    answered = time.perf_counter() - begun
    await last.leave()
    left = await _left(server)
    failures = alone.failures + many.failures + fresh.failures

    figures: dict[str, Any] = {"visitors_count": visitors, "duration_s": seconds, "cores_count": psutil.cpu_count()}
    figures["actions_count"] = sum(map(len, many.seconds.values()))
    figures["failed_count"] = failures.total()
    figures["foreign_data_count"] = alone.foreign + many.foreign + fresh.foreign
    figures["idle_toggle_p50_ms"] = alone.percentile("toggle", 50)
    figures["idle_toggle_p95_ms"] = alone.percentile("toggle", 95)
    for kind in KINDS:
        figures[f"{kind}_count"] = len(many.seconds[kind])
        for percent in (50, 95):
            figures[f"{kind}_p{percent}_ms"] = many.percentile(kind, percent)
    figures["toggle_p95_over_idle_ratio"] = figures["toggle_p95_ms"] / figures["idle_toggle_p95_ms"]
    start_mb, middle_mb, end_mb = memory[0], memory[len(memory) // 2], memory[-1]
    figures |= {"memory_start_mb": start_mb, "memory_middle_mb": middle_mb, "memory_end_mb": end_mb}
    figures["memory_end_over_middle_ratio"] = end_mb / middle_mb
    figures["fresh_visitor_answer_s"] = answered
    figures["files_left_count"] = left
    figures["failures"] = dict(failures)
    return figures


async def _left(server: Server) -> int:
    """How many files of visitors are left, once what goes had time to."""
    end = time.monotonic() + FORGOTTEN_S
    while server.files() and time.monotonic() < end:
        await asyncio.sleep(1)
    return len(server.files())
