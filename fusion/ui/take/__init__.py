"""Take it away: a report, a link that opens the same again, and the code that asks the same."""

from fusion.ui.take.panel import Take, add_take, wire_take
from fusion.ui.take.state import arrived

__all__ = ["Take", "add_take", "arrived", "wire_take"]
