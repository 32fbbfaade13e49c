"""Two inputs through one strategy: full cards beside each other, with maps, best answers and contribution."""

from collections.abc import Sequence

from fusion.answer import Answer
from fusion.language import named, say
from fusion.ui.compare.card_view import doubts, marks
from fusion.ui.compare.maps_view import kinds, map_view, missing, pictured
from fusion.ui.compare.visit import Side
from fusion.ui.contribution_view import contribution_details, contribution_summary
from fusion.ui.parts import bar, percent, text

_TOP = 5


def pair_view(sides: Sequence[tuple[str, Side]], chosen: str, explainer: str) -> str:
    """The cards of the inputs under their letters, in HTML."""
    cards = "".join(_side(letter, side, chosen, explainer) for letter, side in sides)
    title = say("{strategy} on both inputs", strategy=chosen)
    return f"""
<section class="compare-pair" aria-labelledby="compare-title">
  <h2 id="compare-title" class="visually-hidden">{text(title)}</h2>{cards}
</section>"""


def _side(letter: str, side: Side, chosen: str, explainer: str) -> str:
    session = side.session
    assert session.reply is not None
    answer = next((one for one in session.reply.results if one.strategy == chosen), None)
    heading = f'<h3><b class="compare-letter">{letter}</b> {text(chosen)}</h3>'
    if answer is None:
        told = say("{strategy} does not answer this input.", strategy=chosen)
        return f'<section class="panel compare-side">{heading}<p>{text(told)}</p></section>'
    question = session.reply.question
    asked = say("“{question}”", question=question) if question else say("Picture alone, no text")
    return f"""
<section class="panel compare-side"{pictured(side)}>
  {heading}
  <p class="compare-question">{text(asked)}</p>
  <p class="compare-answer"><b>{text(named(answer.label))}</b>
    <span class="number">{percent(answer.probability, 1)}</span>
    {marks(answer, chosen in session.set_by_hand)}{doubts(answer, session.reply)}</p>
  {_map(answer, side, explainer)}
  <h4>{text(say("Most probable answers"))}</h4>{_best(answer)}
  {_brought(answer)}
</section>"""


def _map(answer: Answer, side: Side, explainer: str) -> str:
    """Over the picture; where there is no map, the picture as it is and why."""
    if answer.strategy in side.veils(explainer):
        told = say("Map: {kind}", kind=kinds()[explainer])
        return f'{map_view(answer, side, explainer)}<p class="fine">{text(told)}</p>'
    plain = "" if side.session.picture is None else '<div class="compare-map"></div>'
    told = say("Without a map: {why}.", why=missing(answer, side, explainer))
    return f'{plain}<p class="fine">{text(told)}</p>'


def _best(answer: Answer) -> str:
    rows = "".join(
        f'<li><span class="name">{text(named(label))}</span>{bar(p)}'
        f'<span class="number">{percent(p, 1)}</span></li>'
        for label, p in answer.answers[:_TOP]
    )
    return f'<ol class="bars">{rows}</ol>'


def _brought(answer: Answer) -> str:
    if answer.contribution is None:
        return ""
    told = contribution_summary(answer.contribution) + contribution_details(answer.contribution, answer.label)
    return f'<h4>{text(say("Contribution"))}</h4><div class="compare-brought">{told}</div>'
