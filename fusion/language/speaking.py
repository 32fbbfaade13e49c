"""Say a sentence in the language of whoever it is said to.

As gettext does, the English sentence stands in the code and is the key to its translations; what changes in
it is named in braces, since another language may put it elsewhere.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from fusion.language.catalogue import ENGLISH, LABELS, translations

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


class Sentence(str):
    """A sentence in English that is to be said later: where it is shown, in whichever language that is.

    english, values: what it was made of.
    """

    english: str
    values: dict[str, Any]

    def __new__(cls, english: str, /, **values: object) -> "Sentence":
        made = super().__new__(cls, english.format(**values) if values else english)
        made.english, made.values = english, values
        return made


def language() -> str:
    """The code of the language that is spoken now."""
    return _language.get()


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak this language in the block, in this thread or task and those that copy its context."""
    before = _language.set(code)
    try:
        yield
    finally:
        _language.reset(before)


def named(label: str) -> str:
    """An answer as it is shown: a label is data and stays, its name in the spoken language follows it."""
    name = translations(_language.get(), LABELS).get(label)
    return label if name is None else f"{label} {name}"


def say(english: str, /, **values: object) -> str:
    """The sentence in the language that is spoken, English where it has no translation.

    values: fill the names in braces: say("{n} of {total} rows", n=3, total=9). Without any, braces stay. What
    `later` gave, alone or as a value, is said too.
    """
    if isinstance(english, Sentence):
        values, english = english.values, english.english
    sentence = translations(_language.get()).get(english, english)
    said = {name: say(value) if isinstance(value, Sentence) else value for name, value in values.items()}
    return sentence.format(**said) if said else sentence


def later(english: str, /, **values: object) -> Sentence:
    """The sentence in English, as for `say`, which says it in another language when it is shown."""
    return Sentence(english, **values)
