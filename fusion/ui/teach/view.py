"""What was taught, in HTML: the answer, how far to trust it, and how the fine-tuning goes."""

from collections.abc import Sequence
from itertools import count
from typing import Any

from fusion.answer import Answer, Reply
from fusion.language import later, say
from fusion.teach import MAX_EXAMPLES
from fusion.teach.head import STEPS, Step
from fusion.teach.taught import CACHE, TUNED, ZERO_SHOT, Taught
from fusion.teach.trial import Trial
from fusion.ui.parts import bar, percent, tag, text
from fusion.ui.teach.lesson import Lesson, Row

TOP = 8
WAYS = {
    ZERO_SHOT: (later("Names alone"), later("zero-shot, without your examples")),
    CACHE: (later("Taught"), later("by your examples, without training")),
    TUNED: (later("Fine-tuned"), later("a small head learnt on top")),
}
_turns = count()
WIDTH, HEIGHT, LEFT, BASE = 300, 150, 44, 126  # of a plot, in its own units


def board(lesson: Lesson) -> dict[str, Any]:
    """The classes for the script of the board; turn: never the same, so that it shows them every time."""
    return {"turn": next(_turns), "rows": [_row(row) for row in lesson.rows]}


def _row(row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "texts": row.texts,
        "count": len(row.shots()),
        "most": MAX_EXAMPLES,
        "pictures": [
            {"id": given.id, "address": given.thumbnail, "name": given.name} for given in row.pictures
        ],
    }


def trust_card(lesson: Lesson) -> str:
    """Leave-one-out beside chance, or what is still missing."""
    taught = lesson.taught
    title, missing = say("How far to trust it"), lesson.missing()
    if taught is None:
        return f'<div class="panel teach-trust"><h2>{title}</h2><p>{text(missing)}</p></div>'
    rows = _trial(say("Taught"), taught.trial)
    how = say("Each example is left out in turn, and told by all the others.")
    if taught.tuned_trial is not None:
        rows += _trial(say("Fine-tuned"), taught.tuned_trial)
        how = say(
            "Each example is left out in turn, and told by all the others; for the head several at a time."
        )
    rows += _line(say("Chance"), taught.trial.chance, percent(taught.trial.chance), "prior")
    told = f'<p class="note warn">{text(say(taught.warning))}</p>' if taught.warning else ""
    still = f'<p class="fine">{text(missing)}</p>' if missing else ""
    return (
        f'<div class="panel strategy teach-trust"><h2>{title}</h2><p class="fine">{how}</p>'
        f'<ul class="bars">{rows}</ul>{told}{_counts(taught)}{still}</div>'
    )


def _trial(name: str, trial: Trial) -> str:
    return _line(name, trial.accuracy, say("{n:,} of {total:,}", n=trial.right, total=trial.n), "this")


def _line(name: str, share: float, number: str, kind: str) -> str:
    return f'<li class="{kind}"><span>{name}</span>{bar(share)}<span class="number">{number}</span></li>'


def _counts(taught: Taught) -> str:
    told = ", ".join(f"{text(label)} {of['examples']}" for label, of in taught.counts.items())
    return f'<p class="fine">{say("Examples: {counts}.", counts=told)}</p>'


def working_card(done: int, total: int) -> str:
    """While the examples are read."""
    if done:
        told = say("Reading the examples: {n} of {total}", n=done, total=total)
    else:
        told = say("Getting ready; the first time takes longest")
    return (
        f'<div class="panel teach-trust"><h2>{say("How far to trust it")}</h2>'
        f'<p class="checking"><span>{told}</span>{bar(done / max(total, 1))}</p></div>'
    )


def answer_card(lesson: Lesson, reply: Reply | None) -> str:
    """Every way's answer to what is tried."""
    if reply is None or lesson.taught is None:
        return f'<div class="panel answer empty"><p>{_next(lesson)}</p></div>'
    answers = {answer.strategy: answer for answer in reply.results}
    best = answers[lesson.taught.best]
    doubt = "" if best.sure else f" {tag(say('not sure'), 'warn')}"
    hints = "".join(f'<p class="note">{text(hint)}</p>' for hint in reply.hints)
    name, told = WAYS[best.strategy]
    way = say("{way}, {how}", way=name, how=told)
    none = say("What is none of your classes gets one of them all the same.")
    return f"""
<div class="panel answer teach-answer"><h2><b>{text(best.label)}</b>
<span class="sure">{percent(best.probability)}</span>{doubt}</h2>
<p class="by">{way}</p>{hints}{_table(best, answers)}
<p class="fine">{none}</p></div>"""


def _next(lesson: Lesson) -> str:
    if lesson.taught is None:
        return say("Once two classes have an example each, try a picture here.")
    return say("Now try a picture or a text that is none of the examples.")


def _table(best: Answer, answers: dict[str, Answer]) -> str:
    """Labels down, ways across."""
    shares = {way: dict(answer.answers) for way, answer in answers.items()}
    ways = [[say(part) for part in WAYS[way]] for way in answers]
    heads = "".join(f'<th scope="col" title="{told}">{title}</th>' for title, told in ways)
    rows = ""
    for label, _ in best.answers[:TOP]:
        cells = "".join(
            f'<td{_mark(answers[way].label == label)}>{bar(share[label])}<span class="number">'
            f"{percent(share[label])}</span></td>"
            for way, share in shares.items()
        )
        rows += f'<tr><th scope="row">{text(label)}</th>{cells}</tr>'
    return f'<table class="teach-ways"><thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _mark(first: bool) -> str:
    return ' class="first"' if first else ""


def curve_card(history: Sequence[Step], kept: int | None = None) -> str:
    """Loss and held-out accuracy by step; kept: the step whose head is used, once it is over."""
    if not history:
        return ""
    now = history[-1]
    steps = len(history) - 1
    if kept is None:
        head = say("Step {n} of {total}", n=steps, total=STEPS)
    elif kept == 0:
        head = say("Training did not help on held-out examples, so the answers stay as taught")
    else:
        head = say("{n} steps; that of step {kept} is kept, best on held-out examples", n=steps, kept=kept)
    losses = [step.loss for step in history], [step.held_out for step in history]
    most = max(max(max(line) for line in losses), 1e-6)
    shares = [step.accuracy for step in history]
    loss = _plot(
        say("Loss"),
        f"{most:.2g}",
        _line_of("raw", losses[0], most) + _line_of("own", losses[1], most),
        say(
            "Loss of the examples from {first:.3f} to {last:.3f}, held out from {held_first:.3f} to "
            "{held_last:.3f}.",
            first=losses[0][0],
            last=now.loss,
            held_first=losses[1][0],
            held_last=now.held_out,
        ),
    )
    accuracy = _plot(
        say("Held-out accuracy"),
        "100 %",
        _line_of("own", shares, 1.0),
        say("Held-out accuracy from {first:.0%} to {last:.0%}.", first=shares[0], last=now.accuracy),
    )
    told = say(
        "{head}: loss {loss:.3f}, held out {held_out:.3f}, {accuracy} right.",
        head=head,
        loss=now.loss,
        held_out=now.held_out,
        accuracy=percent(now.accuracy),
    )
    return (
        f'<div class="panel teach-curve"><p class="fine">{told}</p>'
        f'<div class="curves">{loss}{accuracy}</div><ul class="faithful-legend"><li>{_key("raw")}'
        f"{say('the examples it learns from')}</li><li>{_key('own')}{say('held out')}</li></ul></div>"
    )


def _plot(title: str, top: str, lines: str, told: str) -> str:
    return f"""
<figure><figcaption>{title}</figcaption><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{told}">
<line class="grid" x1="{LEFT}" y1="10" x2="{WIDTH}" y2="10"/>
<line class="grid" x1="{LEFT}" y1="{BASE}" x2="{WIDTH}" y2="{BASE}"/>
<text class="right" x="{LEFT - 5}" y="14">{top}</text>
<text class="right" x="{LEFT - 5}" y="{BASE + 4}">0</text>
<text x="{(LEFT + WIDTH) / 2}" y="{HEIGHT - 6}">{say("step")}</text>{lines}</svg></figure>"""


def _line_of(kind: str, values: Sequence[float], most: float) -> str:
    points = " ".join(
        f"{LEFT + (WIDTH - LEFT) * i / STEPS:.1f},{BASE - (BASE - 10) * value / most:.1f}"
        for i, value in enumerate(values)
    )
    return f'<polyline class="{kind}" points="{points}"/>'


def _key(kind: str) -> str:
    return f'<svg width="26" height="8" aria-hidden="true"><polyline class="{kind}" points="0,4 26,4"/></svg>'
