"""Whether what a person reads is a plain sentence: nothing of the machine or of Python in it."""

import json
import re
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import fusion

LONGEST = 2000  # characters; a sentence may list names
_PYTHON = re.compile(
    r"Traceback|\bat 0x[0-9a-f]+|<class |<function |site-packages|\.py\b|"
    r"\b(?!(?:User|Server|Internal Server)Error\b)[A-Z]\w*(?:Error|Exception)\b"
)


def unplain(sentence: str) -> str:
    """What is wrong with a sentence that refuses; "" where it is one for a person."""
    if not sentence.strip():
        return "refused without a sentence"
    if len(sentence) > LONGEST:
        return f"refused in {len(sentence):,} characters"
    if found := _PYTHON.search(sentence):
        return f"the sentence speaks of Python: {found[0]}"
    if any(place in sentence for place in _places()):
        return "the sentence holds a path of this machine"
    return ""


def as_json(answer: Any) -> str:
    """An answer as programs get it; raises ValueError where it is none, holds no number or is no Unicode."""
    told = json.dumps(answer, ensure_ascii=False, allow_nan=False)
    told.encode()
    return told


@cache
def _places() -> tuple[str, ...]:
    project = Path(fusion.__file__).parent.parent
    return tuple(str(place) for place in (project, sys.prefix, tempfile.gettempdir()) if str(place) != "/")
