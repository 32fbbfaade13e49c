"""The commands that print the same result again."""

import shlex
from collections.abc import Mapping

from fusion.answer import Reply
from fusion.references import REFERENCES


def command(reply: Reply, settings: Mapping[str, Mapping[str, float]], source: str) -> str:
    """For a terminal: a line for all strategies as learned, one more for each that is set by hand, since a
    setting on the first would move every strategy that knows it.

    settings: made by hand, by strategy. source: the picture's file.
    """
    references = [answer.strategy for answer in reply.results if answer.strategy in REFERENCES]
    lines = [_line(reply, source, "all", [word for name in references for word in ("--reference", name)])]
    for strategy, values in settings.items():
        by_hand = [word for name, value in values.items() for word in ("--set", f"{name}={value:g}")]
        lines.append(_line(reply, source, strategy, by_hand))
    return "\n".join(lines)


def _line(reply: Reply, source: str, strategy: str, more: list[str]) -> str:
    asked = ["" if reply.modality == "text" else source, reply.question]
    options = ["--strategy", strategy, "--task", reply.task, "--image-encoder", reply.image_encoder]
    options += ["--text-encoder", reply.text_encoder, *more]
    dashed = any(word.startswith("-") for word in asked)  # which would be taken for options
    words = [*options, "--", *asked] if dashed else [*asked, *options]
    return shlex.join(["python", "-m", "fusion", "ask", *words])
