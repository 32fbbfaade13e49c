"""What a person did that cannot be done, said to them in one sentence."""


class UserError(ValueError):
    """A problem that a person can mend.

    Its text is one plain sentence; the page, the command line and the endpoints show it as it is.
    """
