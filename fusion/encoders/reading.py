"""Which texts an encoder can read, told by their script."""

import unicodedata

from fusion.encoders.base import ENCODERS
from fusion.language import say

# How Unicode's names of the letters begin that a language is written in.
SCRIPTS = {
    "en": ("LATIN",),
    "zh": ("CJK",),
    "ja": ("CJK", "HIRAGANA", "KATAKANA"),
    "ko": ("HANGUL",),
    "ru": ("CYRILLIC",),
    "el": ("GREEK",),
    "ar": ("ARABIC",),
    "he": ("HEBREW",),
    "hi": ("DEVANAGARI",),
}


def unread(encoder: str, text: str) -> bool:
    """Whether most letters of a text are of a script that the encoder does not read."""
    known = tuple(script for code in ENCODERS[encoder].languages for script in SCRIPTS[code])
    letters = [unicodedata.name(letter, "") for letter in text if letter.isalpha()]
    return 2 * sum(name.startswith(known) for name in letters) < len(letters)


def unread_hint(encoder: str, text: str) -> str:
    """What to say of an answer to such a text."""
    others = [record.name for record in ENCODERS if record.reads("text") and not unread(record.name, text)]
    if not others:
        return say(
            "{encoder} does not read the script of this text, which tells it nothing: do not trust the "
            "answer. Ask in English.",
            encoder=encoder,
        )
    return say(
        "{encoder} does not read the script of this text, which tells it nothing: do not trust the answer. "
        "Ask in English, or choose a text encoder that reads it: {others}.",
        encoder=encoder,
        others=", ".join(others),
    )
