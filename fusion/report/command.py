"""The command that prints the same result again."""

import shlex
from collections.abc import Mapping

from fusion.answer import Reply


def command(reply: Reply, settings: Mapping[str, Mapping[str, float]], source: str) -> str:
    """For a terminal. settings: made by hand, by strategy. source: the picture's file."""
    picture = "" if reply.modality == "text" else source
    words = ["python", "-m", "fusion", "ask", picture, reply.question, "--strategy", "all"]
    words += ["--task", reply.task, "--image-encoder", reply.image_encoder]
    words += ["--text-encoder", reply.text_encoder]
    by_hand = {name: value for values in settings.values() for name, value in values.items()}
    for name, value in by_hand.items():
        words += ["--set", f"{name}={value:g}"]
    return shlex.join(words)
