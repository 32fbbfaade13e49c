"""A beside B: every strategy's answer before and after, what became of confidence and contribution."""

from fusion.answer import Answer
from fusion.comparing import Shift, fuses, ordered, shifts
from fusion.language import named, say
from fusion.percentage import points
from fusion.ui.compare.card_view import doubts, marks
from fusion.ui.compare.cards_view import notes
from fusion.ui.compare.visit import Side
from fusion.ui.parts import percent, text
from fusion.ui.session import Session


def changes_view(a: Side, b: Side, chosen: str, order: str) -> str:
    """The table, led by a sentence on it, in HTML."""
    first, then = a.session.reply, b.session.reply
    assert first is not None and then is not None
    found = {shift.strategy: shift for shift in shifts(first, then)}
    answered = [answer.strategy for answer in ordered(then.results, order)]
    names = [*answered, *(name for name in found if name not in answered)]
    fused = [name for name in names if _fuses(found[name])]
    rows = [
        _row(found[name], a.session, b.session, chosen)
        for name in [*fused, *(n for n in names if n not in fused)]
    ]
    heads = (say("Strategy"), "A", "B", say("Confidence"), say("Contribution"))
    head = "".join(f'<th role="columnheader" scope="col">{text(title)}</th>' for title in heads)
    return f"""
<section class="panel compare-changes" aria-labelledby="compare-title">
  <h2 id="compare-title">{text(say("What changed from A to B"))}</h2>
  <p class="compare-verdict">{text(moved([found[name] for name in fused]))}</p>
  {notes(then)}
  <table role="table"><thead role="rowgroup"><tr role="row">{head}</tr></thead>
  <tbody role="rowgroup">{"".join(rows)}</tbody></table>
  <p class="fine">{text(say("Confidence is that in each answer; changes are in points."))}</p>
</section>"""


def moved(fused: list[Shift]) -> str:
    """How many fusion strategies answer something else now, in a sentence."""
    both = [shift for shift in fused if shift.before is not None and shift.after is not None]
    changed = [shift.strategy for shift in both if shift.changed]
    if not changed:
        return say("No fusion strategy changes its answer.")
    if len(changed) == len(both):
        return say("All {total} fusion strategies change their answer.", total=len(both))
    return say(
        "{n} of {total} fusion strategies change their answer: {names}.",
        n=len(changed),
        total=len(both),
        names=say(", ").join(changed),
    )


def _fuses(shift: Shift) -> bool:
    return any(answer is not None and fuses(answer) for answer in (shift.before, shift.after))


def _row(shift: Shift, a: Session, b: Session, chosen: str) -> str:
    name = text(shift.strategy)
    picked = shift.strategy == chosen
    classes = " ".join([*["changed"] * shift.changed, *["chosen"] * picked])
    answer = shift.after or shift.before
    assert answer is not None
    flag = f'<span class="visually-hidden">{text(say("changed:"))} </span>' if shift.changed else ""
    return (
        f'<tr role="row" class="{classes}"><th role="rowheader" scope="row"><button type="button" '
        f'data-choice="{name}" aria-pressed="{str(picked).lower()}">{name}</button>'
        f"{marks(answer, shift.strategy in b.set_by_hand)}</th>"
        f'<td role="cell" class="before">{_answer(shift.before, a)}</td>'
        f'<td role="cell" class="after">{flag}{_answer(shift.after, b)}</td>'
        f'<td role="cell" class="confidence">{_confidence(shift)}</td>'
        f'<td role="cell" class="contribution">{_contribution(shift)}</td></tr>'
    )


def _answer(answer: Answer | None, session: Session) -> str:
    if answer is None:
        return f'<span class="fine">{text(say("does not answer"))}</span>'
    assert session.reply is not None
    sure = f'<span class="number">{percent(answer.probability, 1)}</span>'
    return f"<b>{text(named(answer.label))}</b> {sure} {doubts(answer, session.reply)}"


def _confidence(shift: Shift) -> str:
    """By how much it rose or fell; of an answer that was given up, what is left of it."""
    if shift.confidence is None or shift.before is None:
        return "–"
    title = f'<span class="compare-what">{text(say("Confidence"))} </span>'
    told = f'{title}<span class="number">{points(shift.confidence, 1, "±0")}</span>'
    if not shift.changed:
        return told
    if shift.kept is None:
        left = text(say("“{answer}” is no answer of this task", answer=named(shift.before.label)))
    else:
        left = text(say("“{answer}” now {share}")).format(
            answer=text(named(shift.before.label)),
            share=f'<span class="number">{percent(shift.kept, 1)}</span>',
        )
    return f'{told} <span class="fine">{left}</span>'


def _contribution(shift: Shift) -> str:
    """How the shares moved, with both values of each to be read by a pointer that rests there."""
    if shift.contribution is None:
        return "–"
    image, of_text, synergy = (points(share, 1, "±0") for share in shift.contribution)
    return (
        f'<span class="share image">{text(say("picture"))} {image}</span> '
        f'<span class="share text">{text(say("text"))} {of_text}</span> '
        f'<span class="share apart">{text(say("synergy"))} {synergy}</span>'
    )
