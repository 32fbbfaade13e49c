"""An upload that breaks off, or that nothing was made of, leaves no file: gradio's own stays for ever."""

from contextvars import ContextVar
from pathlib import Path
from typing import Any

from gradio import route_utils, routes

_upload = route_utils.upload_fn
_parsing: ContextVar["_Parser | None"] = ContextVar("parsing", default=None)


class _Parser(route_utils.GradioMultiPartParser):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _parsing.set(self)

    def clear_away(self) -> None:
        """Delete what still has the name that it was written under."""
        for file in self._files_to_close_on_error:
            file.close()
            Path(file.name).unlink(missing_ok=True)


async def _tidy(*args: Any, **kwargs: Any) -> Any:
    try:
        return await _upload(*args, **kwargs)
    finally:
        if (parser := _parsing.get()) is not None:
            parser.clear_away()


def leaves_nothing_unfinished() -> None:
    """From now on only what was uploaded as a whole stays, until it is read."""
    vars(route_utils)["GradioMultiPartParser"] = _Parser
    vars(routes)["upload_fn"] = _tidy
