"""Text of any kind inside Markdown."""

import re


def plain(text: str) -> str:
    """A text on one line in which nothing is a mark, so that it may also stand in a table."""
    return re.sub(r"([\\`*_{}\[\]<>#|~!&])", r"\\\1", " ".join(text.split()))
