"""One page a language: what an event calls speaks the language of its page, whatever kind of call it is."""

import asyncio
import functools
from collections.abc import AsyncIterator, Iterator
from typing import Any

import gradio as gr

from fusion.language import language
from fusion.language.catalogue import ENGLISH
from fusion.ui.languages import page_of, script, spoken
from tests.ui.steps import run


def plain() -> str:
    return language()


def steps() -> Iterator[str]:
    for _ in range(3):
        yield language()


async def coroutine() -> str:
    await asyncio.sleep(0)
    return language()


async def generator() -> AsyncIterator[str]:
    for _ in range(3):
        await asyncio.sleep(0)
        yield language()


async def heard(call: Any) -> list[str]:
    found = []
    async for one in call():
        found.append(one)
        assert language() == ENGLISH  # between two steps the language is whoever's turn it is
        await asyncio.sleep(0)
    return found


def test_every_kind_of_call_speaks_its_language() -> None:
    assert spoken(plain, "zh")() == "zh"
    assert list(spoken(steps, "zh")()) == 3 * ["zh"]
    assert run(spoken(coroutine, "zh")()) == "zh"
    assert run(heard(spoken(generator, "zh"))) == 3 * ["zh"]
    assert language() == ENGLISH


def test_events_at_once_keep_to_their_own() -> None:
    async def both() -> tuple[Any, ...]:
        calls = [heard(spoken(generator, code)) for code in ("en", "zh", "en", "zh")]
        return tuple(await asyncio.gather(*calls))

    assert run(both()) == (3 * ["en"], 3 * ["zh"], 3 * ["en"], 3 * ["zh"])


def test_a_generator_that_is_left_is_closed() -> None:
    closed = []

    async def watched() -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
        finally:
            closed.append(language())

    async def leave() -> None:
        given = spoken(watched, "zh")()
        await anext(given)
        await given.aclose()

    run(leave())
    assert len(closed) == 1


def test_a_wrapped_call_keeps_its_name_and_gradio_its_kind() -> None:
    @functools.wraps(coroutine)
    async def wrapped() -> str:
        return await coroutine()

    told = spoken(wrapped, "zh")
    assert told.__name__ == "coroutine" and asyncio.iscoroutinefunction(told)


def test_only_the_events_of_a_page_speak_its_language() -> None:
    page = gr.Blocks()
    for code in ("en", "zh"):
        with page_of(page, code):
            gr.Button().click(plain)
    assert [event.fn() for event in page.fns.values() if event.fn is not None] == ["en", "zh"]


def test_scripts_get_the_translations_of_what_they_say_and_no_others() -> None:
    assert '"all words": "所有词"' in script("zh") and "all words" not in script("en")
    assert '"Fusion strategy":' not in script("zh")
