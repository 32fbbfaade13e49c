"""One strategy's answer as a card: answer, confidence, map, contribution, time, size and accuracy."""

from dataclasses import dataclass
from typing import Any

from fusion.answer import Answer, Reply
from fusion.language import named, say
from fusion.ui.compare.maps_view import map_view
from fusion.ui.compare.visit import Side
from fusion.ui.contribution_view import contribution_summary
from fusion.ui.parts import bar, is_baseline, is_reference, percent, reads, tag, text

Priors = dict[str, float]


@dataclass(frozen=True)
class Cards:
    """What the cards of one input have in common.

    most: the answer of the majority. explainer: of the maps. priors: accuracies to stand beside each own one.
    """

    side: Side
    most: str | None
    chosen: str
    explainer: str
    priors: Priors


def card(answer: Answer, cards: Cards) -> str:
    """An item of a list, in HTML; a click anywhere on it chooses the strategy."""
    reply = cards.side.session.reply
    assert reply is not None
    chosen, by_hand = answer.strategy == cards.chosen, answer.strategy in cards.side.session.set_by_hand
    differs = cards.most is not None and answer.label != cards.most
    classes = " ".join(["compare-card", *["chosen"] * chosen, *["differs"] * differs])
    name = text(answer.strategy)
    return f"""
<li class="{classes}">
  <div class="compare-head"><h4><button type="button" data-choice="{name}"
    aria-pressed="{str(chosen).lower()}">{name}</button></h4>{marks(answer, by_hand)}</div>
  <div class="compare-said">{map_view(answer, cards.side, cards.explainer)}
    <div><p class="compare-answer">{differing(differs)}<b>{text(named(answer.label))}</b></p>
      <p class="compare-sure">{bar(answer.probability)}
        <span class="number">{percent(answer.probability, 1)}</span></p>
      <p class="compare-doubts">{doubts(answer, reply)}</p></div></div>
  {contribution(answer)}
  <dl class="compare-facts">{facts(answer, cards.priors, by_hand)}</dl>
</li>"""


def marks(answer: Answer, by_hand: bool) -> str:
    """What sets a strategy apart from the others."""
    found = [tag(say("baseline"))] if is_baseline(answer.strategy) else []
    found += [tag(say("reference"))] if is_reference(answer.strategy) else []
    found += [tag(say("set by hand"))] if by_hand else []
    return "".join(found)


def differing(differs: bool) -> str:
    """Said to who cannot see the sign behind an answer against the majority."""
    if not differs:
        return ""
    return f'<span class="visually-hidden">{text(say("against the majority:"))} </span>'


def doubts(answer: Answer, reply: Reply) -> str:
    """Why not to rely on the answer, in few words."""
    found: list[str] = []
    if reply.modality not in ("both", reads(answer.strategy)) and reads(answer.strategy) != "both":
        found.append(say("sees nothing"))
    if not answer.sure:
        found.append(say("not sure"))
    if no_better(answer):
        found.append(say("no better than chance"))
    return "".join(tag(doubt, "warn") for doubt in found)


def no_better(answer: Answer) -> bool:
    """Whether the answer is as probable with neither picture nor text as it is with both."""
    if answer.contribution is None:
        return False
    both, *_, neither = answer.contribution.values
    return both <= neither + 1e-6


def contribution(answer: Answer) -> str:
    if answer.contribution is None:
        return ""
    return f'<p class="compare-brought">{contribution_summary(answer.contribution)}</p>'


def facts(answer: Answer, priors: Priors, by_hand: bool) -> str:
    """Time, size and accuracy, as the terms of a list; accuracy was measured with what was learned."""
    accuracy = say("Test accuracy, as learned") if by_hand else say("Test accuracy")
    rows = [
        (say("Time"), f"{answer.milliseconds:.1f} ms"),
        (say("Parameters"), f"{answer.parameters:,}"),
        (accuracy, _accuracy(answer, priors)),
    ]
    return "".join(f"<div><dt>{text(title)}</dt><dd>{value}</dd></div>" for title, value in rows)


def _accuracy(answer: Answer, priors: Priors) -> str:
    if answer.accuracy is None:
        return text(say("not measured"))
    ticks = "".join(f'<s style="left:{100 * share:.1f}%"></s>' for share in priors.values())
    filled = f'<i style="width:{100 * answer.accuracy:.1f}%"></i>'
    track = f'<span class="bar" aria-hidden="true">{filled}{ticks}</span>'
    poor = priors and answer.accuracy <= max(priors.values())
    doubt = f" {tag(say('no better than a rule'), 'warn')}" if poor else ""
    return f'{track}<span class="number">{percent(answer.accuracy, 1)}</span>{doubt}'


def priors_of(evaluation: dict[str, Any] | None) -> Priors:
    """The priors beside a task's accuracies, by what they are; none where nothing was measured."""
    if evaluation is None:
        return {}
    told = evaluation["priors"]
    return {
        say("the most frequent answer"): told["majority"],
        say("a rule that reads the text alone"): told["text_only_rule"],
    }
