"""What the page's server is made with."""

from typing import Any

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route

from fusion.ui.serve.guard import Guard
from fusion.ui.serve.headed import Headed
from fusion.ui.serve.health import health
from fusion.ui.serve.kept import Kept
from fusion.ui.serve.metrics import Measured, metrics
from fusion.ui.serve.running import running
from fusion.ui.serve.tabs import Tabs
from fusion.ui.serve.thumbnails import thumbnails


def app_options(most_bytes: int) -> dict[str, Any]:
    """Keyword arguments of the server's FastAPI app; most_bytes: of the body of one request."""
    return {
        "middleware": [
            Middleware(Measured),
            Middleware(Kept),
            Middleware(Guard, most_bytes=most_bytes),
            Middleware(Tabs),
            Middleware(GZipMiddleware, compresslevel=6),
            Middleware(Headed),
        ],
        "routes": [
            Route("/health", health),
            Route("/metrics", metrics),
            Route("/thumbnails/{task}/{number:int}", thumbnails),
        ],
        "lifespan": running,
        "docs_url": None,  # its page loads scripts from elsewhere
        "redoc_url": None,
    }
