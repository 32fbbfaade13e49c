"""What a person did that cannot be done, said to them in one sentence."""

import re

from fusion.language import say

LONGEST = 800  # characters of a sentence; what it repeats of what was given may be of any length
_UNPRINTABLE = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


class UserError(ValueError):
    """A problem that a person can mend.

    Its text is one plain sentence; the page, the command line and the endpoints show it as it is. Whatever it
    repeats of what was given, it stays on one line and short.
    """

    def __init__(self, sentence: str) -> None:
        plain = _UNPRINTABLE.sub(" ", sentence)
        if len(plain) > LONGEST:
            plain = f"{plain[: LONGEST // 2]} … {plain[-LONGEST // 2 :]}"
        super().__init__(plain)


class MissingWeights(UserError):
    """The weights of the model `name` are not on this machine; they can be downloaded."""

    def __init__(self, sentence: str, name: str) -> None:
        super().__init__(sentence)
        self.name = name


class MissingCheckpoint(UserError):
    """Nothing is fitted for a task and a pair of encoders; it can be."""


class Stopped(UserError):
    """The person stopped what was being done."""

    def __init__(self) -> None:
        super().__init__(say("Stopped, as you asked; nothing was left half done."))
