"""Every strategy's answer to one input: a grid of cards, the baselines apart."""

from collections.abc import Sequence
from typing import Any

from fusion.answer import Answer, Reply
from fusion.comparing import fuses, majority, ordered
from fusion.language import named, say
from fusion.ui.compare.card_view import Cards, Priors, card, priors_of
from fusion.ui.compare.maps_view import pictured
from fusion.ui.compare.visit import Side
from fusion.ui.parts import is_reference, percent, reads, text


def cards_view(side: Side, chosen: str, order: str, explainer: str, evaluation: dict[str, Any] | None) -> str:
    """The grids, led by a sentence on who agrees, in HTML."""
    reply = side.session.reply
    assert reply is not None
    cards = Cards(side, majority(reply.results), chosen, explainer, priors_of(evaluation))

    def group(title: str, note: str, answers: Sequence[Answer], number: int) -> str:
        if not answers:
            return ""
        items = "".join(card(answer, cards) for answer in ordered(answers, order))
        about = f'<p class="fine">{text(note)}</p>' if note else ""
        heading = f"compare-group-{number}"
        return (
            f'<section aria-labelledby="{heading}"><h3 id="{heading}">{text(title)}</h3>{about}'
            f'<ul class="compare-cards">{items}</ul></section>'
        )

    fused = [answer for answer in reply.results if fuses(answer)]
    references = [answer for answer in reply.results if is_reference(answer.strategy)]
    alone = [answer for answer in reply.results if not fuses(answer) and not is_reference(answer.strategy)]
    groups = [
        (say("Fusion strategies"), "", fused),
        (
            say("Unimodal baselines"),
            say("Each reads one input alone; a fusion strategy that is no better gains nothing by fusing."),
            alone,
        ),
        (say("Reference models"), say("Pretrained elsewhere; nothing of them was fitted here."), references),
    ]
    shown = "".join(group(*told, number) for number, told in enumerate(groups))
    return f"""
<section class="panel compare-all" aria-labelledby="compare-title"{pictured(side)}>
  <h2 id="compare-title">{text(say("All strategies on this input"))}</h2>
  <p class="compare-verdict">{text(agreement(fused))}</p>
  {notes(reply)}
  {shown}
  {_legend(cards.priors)}
</section>"""


def agreement(fused: Sequence[Answer]) -> str:
    """Who answers what, in a sentence."""
    most = majority(fused)
    others = [answer.strategy for answer in fused if answer.label != most]
    if most is None:
        return say("The fusion strategies are split: no answer has more of them than any other.")
    if not others:
        return say("All {total} fusion strategies answer “{answer}”.", total=len(fused), answer=named(most))
    return say(
        "{n} of {total} fusion strategies answer “{answer}”, but not {names}.",
        n=len(fused) - len(others),
        total=len(fused),
        answer=named(most),
        names=say(", ").join(others),
    )


def notes(reply: Reply) -> str:
    """What to be wary of with any of the answers."""
    told = list(reply.hints)
    alone = next((one.strategy for one in reply.results if reads(one.strategy) == reply.modality), "")
    if reply.modality == "image":
        told.append(
            say(
                "Only a picture was given, which {strategy} is made for; to the others a learned token "
                "stands in for the text, and no contribution can be told.",
                strategy=alone,
            )
        )
    if reply.modality == "text":
        told.append(
            say(
                "Only a text was given, which {strategy} is made for; to the others a learned token "
                "stands in for the picture, and no contribution can be told.",
                strategy=alone,
            )
        )
    return "".join(f'<p class="note warn">{text(note)}</p>' for note in told)


def _legend(priors: Priors) -> str:
    told = [
        say(
            "Contribution is in points of probability: what picture and text share out between them, and "
            "apart from these the synergy, which both bring beyond the sum of each alone."
        ),
        say(
            "Time is that of fusion and head, the input already encoded. An answer that is as probable "
            "without any input is no better than chance."
        ),
    ]
    shown = [text(line) for line in told]
    if priors:
        marked = say(", ").join(f"{text(name)} ({percent(share)})" for name, share in priors.items())
        line = text(say("The marks in the bars of accuracy are what takes no fusion: {priors}."))
        shown.append(line.format(priors=marked))
    return f'<p class="fine compare-legend">{" ".join(shown)}</p>'
