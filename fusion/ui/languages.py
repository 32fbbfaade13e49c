"""One page a language: English at /, every other at a path of its code; each event speaks its page's."""

import functools
import inspect
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import gradio as gr

from fusion.language import LANGUAGES, speaking, translations
from fusion.language.catalogue import ENGLISH

_SCRIPT = """
Object.defineProperty(navigator, 'language', {value: %s}); // which gradio's own words follow
window.fusionSay = (english, values = {}, words = %s) =>
  (words[english] ?? english).replace(/\\{(\\w+)\\}/g, (whole, name) => values[name] ?? whole);
"""
_BROWSER = {"zh": "zh-CN"}  # what gradio and browsers call a language, where it is not our code


def others() -> tuple[str, ...]:
    """The codes of the languages that have a path of their own."""
    return tuple(code for code in LANGUAGES if code != ENGLISH)


@contextmanager
def page_of(page: gr.Blocks, code: str) -> Iterator[None]:
    """Build in the page of this language; its events speak it whenever they run."""
    place = page if code == ENGLISH else page.route(LANGUAGES[code], code, show_in_navbar=False)
    before = set(page.fns)
    with place, speaking(code):
        yield
    for number in set(page.fns) - before:
        event = page.fns[number]
        if event.fn is not None:
            event.fn = spoken(event.fn, code)


def spoken(call: Callable[..., Any], code: str) -> Callable[..., Any]:
    """The same function, coroutine or generator, which speaks this language whenever it runs."""
    if inspect.iscoroutinefunction(call):

        @functools.wraps(call)
        async def told(*args: Any, **kwargs: Any) -> Any:
            with speaking(code):
                return await call(*args, **kwargs)

        return told
    if inspect.isasyncgenfunction(call):

        @functools.wraps(call)
        async def given(*args: Any, **kwargs: Any) -> AsyncIterator[Any]:
            steps = call(*args, **kwargs)
            try:
                while True:
                    with speaking(code):  # each step may run in a context of its own
                        try:
                            step = await anext(steps)
                        except StopAsyncIteration:
                            return
                    yield step
            finally:
                await steps.aclose()

        return given

    if inspect.isgeneratorfunction(call):

        @functools.wraps(call)
        def handed(*args: Any, **kwargs: Any) -> Iterator[Any]:
            steps = call(*args, **kwargs)
            try:
                while True:
                    with speaking(code):  # as above
                        try:
                            step = next(steps)
                        except StopIteration:
                            return
                    yield step
            finally:
                steps.close()

        return handed

    @functools.wraps(call)
    def said(*args: Any, **kwargs: Any) -> Any:
        with speaking(code):
            return call(*args, **kwargs)

    return said


def spoken_at(path: str) -> str:
    """The code of the language of the page at this path of the server."""
    last = path.rstrip("/").rsplit("/", 1)[-1]
    return last if last in others() else ENGLISH


def spoken_from(path: str, referer: str) -> str:
    """The code of the language of a request: of the page at its path, else of that which it comes from."""
    code = spoken_at(path)
    if code != ENGLISH:
        return code
    try:
        return spoken_at(urlsplit(referer).path)
    except ValueError:  # no address
        return ENGLISH


def script(code: str) -> str:
    """Sets the page's language, and `fusionSay` for other scripts, with the translations that these use."""
    words = json.dumps(translations(code, "scripts*.json"), ensure_ascii=False)
    return _SCRIPT % (json.dumps(_BROWSER.get(code, code)), words.replace("</", "<\\/"))
