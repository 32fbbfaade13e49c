"""Say a sentence in the language of whoever it is said to.

As gettext does, the English sentence stands in the code and is the key to its translations; what changes in
it is named in braces, since another language may put it elsewhere.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from fusion.language.catalogue import ENGLISH, LABELS, translations

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


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


class Later(str):
    """A filled English sentence that remembers the one with braces, and what fills these."""

    sentence: str
    values: dict[str, object]


def later(english: str, /, **values: object) -> Later:
    """A sentence that those who read it may be said in languages of their own: each with `say`."""
    told = Later(english.format(**values) if values else english)
    told.sentence, told.values = english, values
    return told


def named(label: str) -> str:
    """An answer as it is shown: a label is data and stays, its name in the spoken language follows it."""
    name = translations(_language.get(), LABELS).get(label)
    return label if name is None else f"{label} {name}"


def say(english: str, /, **values: object) -> str:
    """The sentence in the language that is spoken, English where it has no translation.

    values: fill the names in braces: say("{n} of {total} rows", n=3, total=9). Without any, braces stay.
    One for `later` brings its own.
    """
    key = english
    if isinstance(english, Later):
        key, values = english.sentence, english.values
    sentence = translations(_language.get()).get(key, key)
    return sentence.format(**values) if values else sentence
