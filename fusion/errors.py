"""What a person did that cannot be done, said to them in one sentence."""

from fusion.language import say


class UserError(ValueError):
    """A problem that a person can mend.

    Its text is one plain sentence; the page, the command line and the endpoints show it as it is.
    """


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
