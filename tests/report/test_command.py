"""The command under a report prints what the page showed."""

import json
import shlex

import pytest

import fusion
from fusion.answer import Reply
from fusion.cli import main
from fusion.paths import ASSETS
from fusion.report.command import command

CIRCLE = str(ASSETS / "examples" / "yellow-circle.png")
BY_HAND = {"weighted": {"image_weight": 0.9}, "late": {"image_weight": 0.1}}


def printed(line: str, capsys: pytest.CaptureFixture[str]) -> dict[str, float]:
    """The confidence that the command prints, by strategy."""
    assert main([*shlex.split(line)[3:4], "--json", *shlex.split(line)[4:]]) == 0
    told = json.loads(capsys.readouterr().out)
    return {row["strategy"]: row["answers"][0]["probability"] for row in told["results"]}


def sure(reply: Reply) -> dict[str, float]:
    return {answer.strategy: pytest.approx(answer.probability, abs=1e-5) for answer in reply.results}


def test_two_strategies_set_otherwise_keep_their_own_settings(capsys: pytest.CaptureFixture[str]) -> None:
    lens, question = fusion.load(task="easy-vqa"), "what color is the circle?"
    reply = lens.reply(CIRCLE, question, "all")
    every, *own = command(reply, BY_HAND, CIRCLE).splitlines()
    assert printed(every, capsys) == sure(reply)
    for line, (name, values) in zip(own, BY_HAND.items(), strict=True):
        assert printed(line, capsys) == sure(lens.reply(CIRCLE, question, name, values))


def test_a_question_that_looks_like_an_option_is_one_all_the_same(
    capsys: pytest.CaptureFixture[str],
) -> None:
    reply = fusion.load(task="easy-vqa").reply(CIRCLE, "--what color?", "all")
    assert printed(command(reply, {}, CIRCLE), capsys) == sure(reply)
