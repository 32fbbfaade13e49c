"""The answers among labels that a visitor types."""

from fusion.answer import Reply
from fusion.language import named, say
from fusion.ui.parts import bar, percent, tag, text

_TOP = 8


def typed_card(reply: Reply) -> str:
    """The labels, likeliest first, in HTML."""
    (answer,) = reply.results
    rows = "".join(
        f'<li><span class="name">{text(named(label))}</span>{bar(p)}'
        f'<span class="number">{percent(p, 1)}</span></li>'
        for label, p in answer.answers[:_TOP]
    )
    doubt = "" if answer.sure else f" {tag(say('not sure'), 'warn')}"
    line = say(
        "The likeliest of your labels by the picture, without training; what is none of them gets one all "
        "the same. The map shows where each is seen."
    )
    hints = "".join(f'<p class="note warn">{text(hint)}</p>' for hint in reply.hints)
    return (
        f'<p class="fine">{text(line)}{doubt}</p>{hints}'
        f'<ol class="bars" aria-label="{text(say("Your labels"))}">{rows}</ol>'
    )
