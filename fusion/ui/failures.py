"""What a visitor reads when something fails: one plain sentence, never a traceback."""

import functools
import logging
from collections.abc import Callable
from typing import Any, TypeVar

import gradio as gr

from fusion.errors import UserError
from fusion.language import later, say

logger = logging.getLogger(__name__)
UNEXPECTED = "Something went wrong on our side; nothing that you gave was lost, please try again."
UNREADABLE = later("This request is none that can be answered; see the page's API for those that can.")

T = TypeVar("T")


def sentence(error: Exception) -> str:
    """The sentence for a person; anything unexpected is logged by its type alone, without anyone's data."""
    if isinstance(error, UserError):
        return str(error)
    logger.error("unexpected %s in the page", type(error).__name__)
    return say(UNEXPECTED)


def raised(call: Callable[..., T]) -> Callable[..., T]:
    """An endpoint's function whose failures reach the client as that sentence."""

    @functools.wraps(call)
    def told(*args: Any, **kwargs: Any) -> T:
        try:
            return call(*args, **kwargs)
        except Exception as error:  # whatever it is, the client gets a sentence
            raise gr.Error(sentence(error), print_exception=False) from None

    return told
