"""What the server writes down about failures: their kind, and never what somebody gave."""

import logging
import sys
from types import SimpleNamespace

from gradio import blocks, queueing, route_utils, routes

logger = logging.getLogger(__name__)


def tells_no_data() -> None:
    """From now on neither gradio nor the server beneath it prints a traceback: its message may quote data."""
    for module in (blocks, queueing, route_utils, routes):
        if hasattr(module, "traceback"):
            vars(module)["traceback"] = SimpleNamespace(print_exc=_print_kind)
    for name in ("uvicorn.error", "asyncio"):
        logging.getLogger(name).addFilter(_without_data)


def _print_kind() -> None:
    kind = sys.exc_info()[0]
    logger.error("%s in an event", "failure" if kind is None else kind.__name__)


def _without_data(record: logging.LogRecord) -> bool:
    if record.exc_info:
        kind = record.exc_info[0]
        record.msg, record.args = "%s in the server", (kind.__name__ if kind is not None else "failure",)
        record.exc_info = record.exc_text = None
    return True
