"""Titles of drawings: read from their files, and what makes two of them one."""

import html
import re
import unicodedata
from pathlib import Path

COLLECTION = 12  # a title on so many drawings is that of a collection

_TITLE = re.compile(r"<(?:dc:)?title[^>]*>\s*([^<]*)")
_SAYS_NOTHING = re.compile(r"^(part of|clipart by|lemon svg|etiquette|svg )", re.IGNORECASE)
_VARIANT = re.compile(r"\((?:b (?:and|&) w|colou?r|with[^)]*|v[\d.]+)\)|\.svg$", re.IGNORECASE)


def title_of(drawing: Path) -> str:
    """The title within an SVG file, "" where it has none."""
    text = drawing.read_text(encoding="utf-8", errors="replace") if drawing.exists() else ""
    found = _TITLE.search(text)
    # Some were escaped twice.
    return html.unescape(html.unescape(found.group(1))).strip() if found else ""


def says_nothing(title: str) -> bool:
    """Whether it is empty or names a collection by its look."""
    return not title or bool(_SAYS_NOTHING.match(title))


def bare(title: str) -> str:
    """Lower case without accents, numbers, punctuation and what tells variants of one drawing apart.

    "Pear (B and W)", "pear_02" and "Pear" are all "pear"; "AfricanDrum2" is "african drum".
    """
    title = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", _VARIANT.sub(" ", title))
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return " ".join(re.sub(r"[\W_\d]+", " ", plain).split())
