"""Small pieces of HTML that several views share. Every text from outside passes `text` first."""

import html

from fusion import percentage
from fusion.references import REFERENCES
from fusion.strategies import STRATEGIES


def text(value: object) -> str:
    """Any value as text that is safe inside HTML and its attributes."""
    return html.escape(str(value))


def percent(share: float, digits: int = 0) -> str:
    """A fraction of 1 as a percentage in HTML; what is not quite all or nothing is never rounded to it."""
    return text(percentage.percent(share, digits))


def bar(share: float, kind: str = "") -> str:
    """A bar of a fraction of 1; decoration, the number stands beside it."""
    width = 100 * min(max(share, 0.0), 1.0)
    return f'<span class="bar {kind}" aria-hidden="true"><i style="width:{width:.2f}%"></i></span>'


def reads(name: str) -> str:
    """What a strategy reads; a reference model reads both."""
    return "both" if is_reference(name) else STRATEGIES[name].modality


def is_baseline(name: str) -> bool:
    """True for the strategies that read one modality alone."""
    return reads(name) != "both"


def is_reference(name: str) -> bool:
    """True for the pretrained models beside the strategies."""
    return name in REFERENCES


def tag(label: str, kind: str = "") -> str:
    return f'<span class="tag {kind}">{text(label)}</span>'
