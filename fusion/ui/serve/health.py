"""Whether the server is up, for whoever restarts it when it is not: GET /health."""

from starlette.requests import Request
from starlette.responses import JSONResponse

import fusion


async def health(request: Request) -> JSONResponse:
    """Answers as long as the event loop turns."""
    return JSONResponse({"status": "ok", "version": fusion.__version__})
