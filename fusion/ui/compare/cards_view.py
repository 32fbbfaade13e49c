"""Every strategy's answer to one input: a grid of cards, the baselines apart."""

from collections.abc import Sequence
from typing import Any

from fusion.answer import Answer, Reply
from fusion.comparing import fuses, majority, ordered
from fusion.language import say
from fusion.ui.compare.card_view import card, priors_of
from fusion.ui.compare.maps_view import pictured
from fusion.ui.parts import is_reference, percent, text
from fusion.ui.session import Session


def cards_view(session: Session, chosen: str, order: str, evaluation: dict[str, Any] | None) -> str:
    """The grids, led by a sentence on who agrees, in HTML."""
    reply = session.reply
    assert reply is not None
    most, priors = majority(reply.results), priors_of(evaluation)

    def group(title: str, note: str, answers: Sequence[Answer], number: int) -> str:
        if not answers:
            return ""
        cards = "".join(
            card(answer, reply, most, answer.strategy == chosen, answer.strategy in session.by_hand, priors)
            for answer in ordered(answers, order)
        )
        about = f'<p class="fine">{text(note)}</p>' if note else ""
        return (
            f'<section aria-labelledby="compare-group-{number}"><h3 id="compare-group-{number}">{text(title)}</h3>'
            f'{about}<ul class="compare-cards">{cards}</ul></section>'
        )

    fused = [answer for answer in reply.results if fuses(answer)]
    references = [answer for answer in reply.results if is_reference(answer.strategy)]
    alone = [answer for answer in reply.results if not fuses(answer) and not is_reference(answer.strategy)]
    groups = [
        (say("Fusion strategies"), "", fused),
        (
            say("Unimodal baselines"),
            say("Each reads one input alone. A fusion strategy that is no better than these gains nothing by fusing."),
            alone,
        ),
        (say("Reference models"), say("Pretrained elsewhere; nothing of them was fitted here."), references),
    ]
    shown = "".join(group(*told, number) for number, told in enumerate(groups))
    return f"""
<section class="panel compare-all" aria-labelledby="compare-title"{pictured(session)}>
  <h2 id="compare-title">{text(say("All strategies on this input"))}</h2>
  <p class="compare-verdict">{text(agreement(fused))}</p>
  {notes(reply)}
  {shown}
  {_legend(reply, priors)}
</section>"""


def agreement(fused: Sequence[Answer]) -> str:
    """Who answers what, in a sentence."""
    most = majority(fused)
    others = [answer.strategy for answer in fused if answer.label != most]
    if most is None:
        return say("The fusion strategies are split: no answer has more of them than any other.")
    if not others:
        return say("All {total} fusion strategies answer “{answer}”.", total=len(fused), answer=most)
    return say(
        "{n} of {total} fusion strategies answer “{answer}”; the others are {names}.",
        n=len(fused) - len(others),
        total=len(fused),
        answer=most,
        names=say(", ").join(others),
    )


def notes(reply: Reply) -> str:
    """What to be wary of with any of the answers."""
    told = list(reply.hints)
    if reply.modality == "image":
        told.append(say("Only a picture was given: a learned token stands in for the text, and no contribution is told."))
    if reply.modality == "text":
        told.append(say("Only a text was given: a learned token stands in for the picture, and no contribution is told."))
    return "".join(f'<p class="note warn">{text(note)}</p>' for note in told)


def _legend(reply: Reply, priors: dict[str, float]) -> str:
    told = [
        say(
            "Contribution counts points of probability: what the picture and the text share out between them, and "
            "apart from these the synergy, which is what both bring beyond the sum of each alone."
        ),
        say(
            "Time is that of fusion and head, the input already encoded; “no better than chance” is an answer as "
            "probable without any input."
        ),
    ]
    shown = [text(line) for line in told]
    if priors:
        marked = say(", ").join(f"{text(name)} ({percent(share)})" for name, share in priors.items())
        line = text(say("The marks in the bars of accuracy are what takes no fusion: {priors}."))
        shown.append(line.format(priors=marked))
    return f'<p class="fine compare-legend">{" ".join(shown)}</p>'
