"""Why answers are to be distrusted, in plain sentences."""

from collections.abc import Sequence

from fusion.domain import Domain
from fusion.encoders.reading import unread, unread_hint
from fusion.language import say
from fusion.tokens import Tokens


def hints_on(
    text: str,
    image_tokens: Tokens | None,
    text_tokens: Tokens | None,
    text_encoder: str,
    domain: Domain | None,
) -> tuple[str, ...]:
    """On a cleaned text that its encoder does not read, and on inputs unlike those of the training split.

    domain: None where it is not known.
    """
    found: tuple[str, ...] = ()
    if unread(text_encoder, text):
        found, text_tokens = (unread_hint(text_encoder, text),), None  # which is unlike anything
    return found if domain is None else (*found, *domain.hints(image_tokens, text_tokens))


def silent_references(names: Sequence[str]) -> str:
    """Why these reference models did not answer."""
    return say("Reference models need a picture and a text: {names} did not answer.", names=", ".join(names))
