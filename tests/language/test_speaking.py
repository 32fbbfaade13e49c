"""A sentence is said in the language of whoever it is said to, and of nobody else."""

import asyncio
import threading
from contextvars import copy_context

import pytest

from fusion.language import LANGUAGES, language, later, named, say, speaking
from fusion.language.catalogue import ENGLISH
from tests.ui.steps import run

WORKING = "downloading {name}"


def test_english_needs_no_translation_and_an_unknown_sentence_stays() -> None:
    assert language() == ENGLISH
    assert say("Stop") == "Stop"
    with speaking("zh"):
        assert say("Stop") == "停止"
        assert say("Nobody has translated this.") == "Nobody has translated this."
    assert say("Stop") == "Stop"


def test_what_changes_is_filled_in_and_braces_stay_without_it() -> None:
    assert say(WORKING, name="{clip}") == "downloading {clip}"
    assert say("a {brace}") == "a {brace}"
    with speaking("zh"):
        assert say(WORKING, name="clip") == "正在下载 clip"


def test_the_language_ends_with_its_block_even_where_that_fails() -> None:
    with pytest.raises(ValueError), speaking("zh"):
        raise ValueError
    assert language() == ENGLISH


def test_a_sentence_for_later_is_english_until_somebody_reads_it() -> None:
    with speaking("zh"):
        told = later(WORKING, name="clip")
    assert told == "downloading clip" and say(told) == "downloading clip"
    with speaking("zh"):
        assert say(told) == "正在下载 clip"


def test_an_answer_is_followed_by_its_name() -> None:
    assert named("parrot") == "parrot"
    with speaking("zh"):
        assert named("parrot") == "parrot 鹦鹉"
        assert named("a class of one's own") == "a class of one's own"


def test_tasks_at_once_speak_each_their_own() -> None:
    async def speaker(code: str) -> list[str]:
        heard = []
        with speaking(code):
            for _ in range(20):
                await asyncio.sleep(0)
                heard.append(say("Stop"))
        return heard

    async def both() -> list[list[str]]:
        return await asyncio.gather(*(speaker(code) for code in ("en", "zh", "en", "zh")))

    english, chinese, *others = run(both())
    assert english == 20 * ["Stop"] and chinese == 20 * ["停止"] and others == [english, chinese]


def test_a_thread_speaks_the_language_of_the_context_that_it_was_given() -> None:
    heard: list[str] = []

    def speak() -> None:
        heard.append(language())

    with speaking("zh"):
        for target in (copy_context().run, lambda call: call()):
            thread = threading.Thread(target=target, args=(speak,))
            thread.start()
            thread.join()
    assert heard == ["zh", ENGLISH]


def test_each_language_bears_its_own_name() -> None:
    assert LANGUAGES == {"en": "English", "zh": "中文"}
