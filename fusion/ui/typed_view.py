"""The answers among labels that a visitor types."""

from fusion.answer import Reply
from fusion.ui.parts import bar, percent, tag, text

_TOP = 8


def typed_card(reply: Reply) -> str:
    """The labels, likeliest first, in HTML."""
    (answer,) = reply.results
    rows = "".join(
        f'<li><span class="name">{text(label)}</span>{bar(p)}<span class="number">{percent(p, 1)}</span></li>'
        for label, p in answer.answers[:_TOP]
    )
    doubt = "" if answer.sure else f" {tag('not sure', 'warn')}"
    by = {"both": "the picture and the text", "image": "the picture", "text": "the text"}[reply.modality]
    return (
        f'<p class="fine">The likeliest of your labels by {by}, without training; what is none of them gets '
        f"one all the same. The map shows where each is seen.{doubt}</p>"
        f'<ol class="bars" aria-label="Your labels">{rows}</ol>'
    )
