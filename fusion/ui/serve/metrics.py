"""Requests, latencies, queue and memory in the format that Prometheus reads: GET /metrics."""

import time

import psutil
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# One registry a process: what is measured is the process.
_registry = CollectorRegistry()
_requests = Counter("fusion_requests", "Requests answered", ["route", "status"], registry=_registry)
_seconds = Histogram(
    "fusion_request_seconds",
    "Time from a request to the end of its answer",
    ["route"],
    buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
    registry=_registry,
)
_EVENT_BUCKETS = (0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
_event_seconds = Histogram(
    "fusion_event_seconds", "Time of an event's work", ["event"], buckets=_EVENT_BUCKETS, registry=_registry
)
_event_wait = Histogram(
    "fusion_event_wait_seconds",
    "Time that an event waited in the queue",
    ["event"],
    buckets=_EVENT_BUCKETS,
    registry=_registry,
)
_under_way = Gauge("fusion_requests_under_way", "Requests being answered", registry=_registry)
_waiting = Gauge("fusion_queue_waiting", "Events that wait for their turn", registry=_registry)
_running = Gauge("fusion_queue_running", "Events that are being worked on", registry=_registry)
_visitors = Gauge("fusion_visitors", "Visitors who are remembered", registry=_registry)
_memory = Gauge("fusion_memory_bytes", "Resident memory of the server", registry=_registry)


class Measured:
    """Counts what an app answers, by route and status, never by what was asked or who did."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        start = time.perf_counter()
        with _under_way.track_inprogress():
            try:
                await self.app(scope, receive, noted)
            finally:
                route = getattr(scope.get("route"), "path", "other")
                _requests.labels(route, status).inc()
                _seconds.labels(route).observe(time.perf_counter() - start)


def event_took(event: str, waited: float, worked: float) -> None:
    """Note the seconds of an event of the page or of an endpoint, by the name of its function."""
    _event_wait.labels(event).observe(waited)
    _event_seconds.labels(event).observe(worked)


async def metrics(request: Request) -> Response:
    """The figures of this process."""
    _memory.set(psutil.Process().memory_info().rss)
    blocks = getattr(request.app, "blocks", None)
    if blocks is not None:
        _waiting.set(len(blocks._queue))
        _running.set(blocks._queue.get_active_worker_count())
        _visitors.set(len(request.app.state_holder.session_data))
    return Response(generate_latest(_registry), media_type=CONTENT_TYPE_LATEST)
