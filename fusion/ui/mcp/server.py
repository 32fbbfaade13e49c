"""An MCP server at /mcp, beside the page and behind the same guard.

Gradio has one of its own, which writes every picture to disk twice and fetches whatever address it is given;
here a picture comes inside the call and is opened in memory alone.
"""

import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from typing import Any

from anyio import CapacityLimiter, to_thread
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from starlette.routing import Route

import fusion
from fusion.errors import UserError
from fusion.ui.failures import sentence
from fusion.ui.mcp import PATH
from fusion.ui.mcp.tools import TOOLS

MOST_BYTES = 60_000_000  # of one call, with its pictures
AT_ONCE = 2  # calls that work
MOST = 16  # calls that work or wait

Tool = Callable[..., dict[str, Any]]


def with_tools(options: dict[str, Any]) -> dict[str, Any]:
    """The options of the server's app, with the tools at PATH."""
    server = _server()
    app = server.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,  # a call knows nothing of the one before
        max_request_body_size=MOST_BYTES,
        # The page is served under names that it does not know; nothing here is worth more than the page is.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )

    before = options.get("lifespan")

    @asynccontextmanager
    async def running(served: Any) -> AsyncIterator[None]:
        async with before(served) if before else nullcontext(), server.session_manager.run():
            yield

    (route,) = app.routes
    assert isinstance(route, Route)
    # Nothing is ever told unasked: a stream to listen on would only stay open.
    calls = Route(PATH, endpoint=route.endpoint, methods=["POST"])
    return {**options, "routes": [*options["routes"], calls], "lifespan": running}


def _server() -> MCPServer:
    server = MCPServer(
        "fusion-lens",
        instructions="Ask questions about pictures, and see what each fusion strategy answers and why.",
        version=fusion.__version__,
        log_level="WARNING",  # below that it would tell what was asked
    )
    queue = _Queue()
    for tool in TOOLS:
        server.add_tool(queue.called(tool), name=tool.__name__, description=tool.__doc__)
    return server


class _Queue:
    """Calls wait for their turn, so many and no more."""

    def __init__(self) -> None:
        self._workers = CapacityLimiter(AT_ONCE)
        self._here = 0

    def called(self, tool: Tool) -> Callable[..., Awaitable[dict[str, Any]]]:
        """The tool in a thread of its own, its failure told in one sentence."""

        @functools.wraps(tool)
        async def call(**arguments: Any) -> dict[str, Any]:
            self._here += 1
            try:
                if self._here > MOST:
                    raise UserError("Too many ask at once; try again in a moment.")
                work = functools.partial(tool, **arguments)
                return await to_thread.run_sync(work, limiter=self._workers)
            except Exception as error:  # whatever it is, the caller gets a sentence
                raise ToolError(sentence(error)) from None
            finally:
                self._here -= 1

        return call
