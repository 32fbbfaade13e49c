"""What a component's script tells with an event."""

from typing import Any

import gradio as gr

from fusion.errors import UserError
from fusion.language import say
from fusion.ui.failures import UNREADABLE


class Told(gr.EventData):
    """Its attributes are what the script gives. Raises UserError for one that is left out: only a program
    that speaks in the place of a page does that."""

    def __getattr__(self, name: str) -> Any:
        if isinstance(self._data, dict) and name in self._data:
            return self._data[name]
        if name.startswith("_"):
            raise AttributeError(name)
        raise UserError(say(UNREADABLE))

    def number(self) -> int:
        """The value, which is a place in a list."""
        try:
            return int(self.value)
        except (TypeError, ValueError, OverflowError):
            raise UserError(say(UNREADABLE)) from None
