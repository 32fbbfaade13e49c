"""The endpoints as tools of the Model Context Protocol, where FUSION_MCP=on asks for them."""

import os
from typing import Any

PATH = "/mcp"


def allowed() -> bool:
    """Whether FUSION_MCP asks for it."""
    return os.environ.get("FUSION_MCP", "off").lower() in ("on", "1", "true", "yes")


def with_mcp(options: dict[str, Any]) -> dict[str, Any]:
    """The options of the server's app, with the tools where they are asked for."""
    if not allowed():
        return options
    from fusion.ui.mcp.server import with_tools  # its library takes a while to import

    return with_tools(options)
