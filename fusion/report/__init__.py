"""A result to take away: one file of HTML that needs no other, or the same as JSON."""

from fusion.report.html import as_html
from fusion.report.report import Report, report_of

__all__ = ["Report", "as_html", "report_of"]
