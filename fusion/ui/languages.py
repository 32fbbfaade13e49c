"""One page a language: English at /, every other at a path of its code; each event speaks its page's."""

import functools
import inspect
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr

from fusion.language import LANGUAGES, speaking, translations
from fusion.language.catalogue import ENGLISH

# Gradio's own words follow the browser's language; on a page of ours they follow the page.
_SCRIPT = """
(() => {
  const catalogues = %s;
  const here = location.pathname.replace(/\\/+$/, '').split('/').pop();
  const language = catalogues[here] ? here : 'en';
  const words = catalogues[language] ?? {};
  document.documentElement.lang = language;
  Object.defineProperty(navigator, 'language', {value: {zh: 'zh-CN'}[language] ?? language});
  window.fusionSay = (english, values = {}) =>
    (words[english] ?? english).replace(/\\{(\\w+)\\}/g, (whole, name) => values[name] ?? whole);
})();
"""


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


def script() -> str:
    """Sets the page's language, and `fusionSay` for other scripts, with the translations that these use."""
    catalogues = {code: translations(code, "scripts*.json") for code in others()}
    return _SCRIPT % json.dumps(catalogues, ensure_ascii=False).replace("</", "<\\/")
