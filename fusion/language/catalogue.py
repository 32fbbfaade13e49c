"""Translations: assets/translations/LANGUAGE/*.json, each from an English sentence to its translation."""

import json
from functools import cache

from fusion.paths import ASSETS

FOLDER = ASSETS / "translations"
ENGLISH = "en"
LABELS = "labels/*.json"  # names of answers, which may be words of other sentences too
LANGUAGES = {ENGLISH: "English", "zh": "中文"}  # by code, each by its own name


@cache
def translations(language: str, files: str = "*.json") -> dict[str, str]:
    """Every English sentence of a language's files to its translation; none for English itself.

    files: a pattern for their names; what the page's scripts say stands in scripts*.json.
    """
    found: dict[str, str] = {}
    for file in sorted((FOLDER / language).glob(files)):
        found |= json.loads(file.read_text(encoding="utf-8"))
    return found
