"""The page's Blocks: the order in which a visitor is told what was found."""

import asyncio
from typing import Any

import gradio as gr
import pytest

from fusion.ui.blocks import Page
from tests.ui.steps import run


class Visitor:
    """What gradio keeps of one."""


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What was told, each of which takes as many seconds as its number says."""
    found: list[float] = []

    async def slowly(blocks: gr.Blocks, event: Any, seconds: float, state: Any) -> list[Any]:
        await asyncio.sleep(seconds)
        found.append(seconds)
        return [seconds]

    monkeypatch.setattr(gr.Blocks, "postprocess_data", slowly)
    return found


async def tell(*to: Any) -> None:
    page = Page()
    await asyncio.gather(*(page.postprocess_data(None, seconds, one) for seconds, one in to))


def test_what_is_found_first_is_told_first(told: list[float]) -> None:
    visitor = Visitor()
    run(tell((0.05, visitor), (0.0, visitor)))
    assert told == [0.05, 0.0]


def test_nobody_waits_for_what_another_is_told(told: list[float]) -> None:
    run(tell((0.05, Visitor()), (0.0, Visitor())))
    assert told == [0.0, 0.05]


def test_who_is_not_known_is_told_too(told: list[float]) -> None:
    run(tell((0.05, None), (0.0, None)))
    assert told == [0.0, 0.05]
