"""What stands between the page and the open internet: limits, headers, health, figures for an operator."""

from fusion.ui.serve.options import app_options
from fusion.ui.serve.running import asked_to_stop, until_stopped

__all__ = ["app_options", "asked_to_stop", "until_stopped"]
