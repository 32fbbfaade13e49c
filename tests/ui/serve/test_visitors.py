"""Visitors of the real page: they are answered about their own, and notice where they are not."""

import asyncio

import pytest

from fusion.crowd import marks, visitor
from fusion.crowd.measured import Measured
from fusion.crowd.visitor import FIRST, Visitor
from fusion.ui import faithful
from tests.ui.steps import run


async def together(address: str, measured: Measured) -> None:
    async def come(number: int) -> None:
        one = Visitor(address, number, measured)
        for kind in (*FIRST, "toggle", "explanation", "upload"):
            await one.act(kind)
        await one.leave()

    await asyncio.gather(come(1), come(2))


def test_two_at_once_are_each_answered_about_their_own(server: str) -> None:
    measured = Measured()
    run(together(server, measured))
    assert not measured.failures and measured.foreign == 0
    counts = {kind: len(times) for kind, times in measured.seconds.items()}
    assert counts == {"open": 2, "upload": 4, "ask": 2, "toggle": 2, "explanation": 2}


def test_an_answer_about_somebody_else_is_noticed(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    measured = Measured()
    monkeypatch.setattr(visitor.marks, "word", lambda number: "zq99zq")
    run(together(server, measured))
    assert measured.foreign >= 4, "two asks and two toggles, and what explains them"
    assert marks.words_in("zq99zq") == {99}


def test_an_excuse_is_no_answer(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: object) -> None:
        raise RuntimeError

    measured = Measured()
    monkeypatch.setattr(faithful, "steps", fails)
    run(together(server, measured))
    assert measured.failures["explanation: Failed Something went wrong on our side …"] == 2
    assert "toggle" in measured.seconds and not measured.seconds["explanation"]
