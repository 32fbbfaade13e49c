"""What stands between the page and the open internet: limits, headers, health, figures for an operator."""

from fusion.ui.serve.options import app_options

__all__ = ["app_options"]
