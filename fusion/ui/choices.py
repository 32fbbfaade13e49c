"""What there is to choose from on the page, by the lens that answers."""

from typing import Any

import gradio as gr

from fusion.language import say
from fusion.lens import Lens
from fusion.registry import Registry
from fusion.ui.offer import Names
from fusion.ui.session import Now, Session


def known(strategy: str, lens: Lens, session: Session) -> str:
    """The strategy, or the default one where neither the lens nor a reference model bears its name."""
    return strategy if strategy in (*lens.strategies, *session.references) else lens.default_strategy


def choices(now: Now, lens: Lens, pressed: str) -> dict[str, Any]:
    """An update of what there is to choose from; the pressed one is left alone where it is still there."""
    value: Any = {} if now.strategy == pressed else {"value": now.strategy}
    return gr.update(choices=[*lens.strategies, *now.session.references], **value)


def names_of(lens: Lens) -> Names:
    """Of its task and its encoders."""
    return lens.task, lens.image_encoder, lens.text_encoder


def described(name: str, registry: Registry[Any]) -> dict[str, Any]:
    """An update of a drop-down to the named record, with its help text."""
    return gr.update(value=name, info=say(registry[name].summary))
