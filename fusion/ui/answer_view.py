"""The answer card: what the shown strategy answers, how sure it is, and what to be wary of."""

from fusion.answer import Answer, Reply
from fusion.language import named, say
from fusion.ui.contribution_view import contribution_details, contribution_summary
from fusion.ui.parts import bar, is_reference, percent, reads, tag, text

TOP = 5


def empty_card(has_picture: bool) -> str:
    """What stands in the place of an answer before there is one, in HTML."""
    if has_picture:
        title = say("Now ask about it")
        line = say("Type a text, or press Ask to hear what the picture alone says.")
    else:
        title = say("Pick an example or upload a picture")
        line = say(
            "Then ask about it: every fusion strategy answers, and you can see what each one looked at."
        )
    return f"""
<section class="panel empty">
  <svg viewBox="0 0 48 48" width="56" height="56" aria-hidden="true">
    <circle cx="18" cy="24" r="13"/><circle cx="30" cy="24" r="13"/></svg>
  <h2>{text(title)}</h2>
  <p>{text(line)}</p>
</section>"""


def answer_card(answer: Answer, reply: Reply, chosen: str, by_hand: bool) -> str:
    """The card of one answer, in HTML."""
    unsure = not answer.sure
    marks = [_unimodal(answer, reply)] if reply.modality != "both" else []
    if is_reference(answer.strategy):
        marks.append(tag(say("reference")))
    if by_hand:
        marks.append(tag(say("set by hand")))
    if unsure:
        marks.append(tag(say("not sure"), "warn"))
    asked = text(f"“{reply.question}”" if reply.question else say("Picture alone, no text"))
    answers = say("{strategy} answers:", strategy=answer.strategy)
    return f"""
<section class="panel answer" aria-labelledby="answer-title">
  <p class="asked">{asked}</p>
  <h2 id="answer-title"><span class="visually-hidden">{text(answers)} </span>
    <b>{text(named(answer.label))}</b> <span class="sure">{percent(answer.probability, 1)}</span></h2>
  <p class="by">{text(answer.strategy)} {" ".join(marks)}</p>
  {_unimodal_note(answer, reply, chosen)}{_hints(answer, reply)}
  {_top(answer)}
  {_shares(answer)}
</section>"""


def _unimodal(answer: Answer, reply: Reply) -> str:
    alone = say("picture alone") if reply.modality == "image" else say("text alone")
    return tag(alone, reply.modality)


def _unimodal_note(answer: Answer, reply: Reply, chosen: str) -> str:
    if reply.modality == "both" or reads(chosen) == reply.modality:
        return ""
    names = {"alone": answer.strategy, "chosen": chosen}
    if reply.modality == "image":
        line = say(
            "Only a picture was given, so the unimodal path answered: {alone} instead of {chosen}.", **names
        )
    else:
        line = say(
            "Only a text was given, so the unimodal path answered: {alone} instead of {chosen}.", **names
        )
    return f'<p class="note">{text(line)}</p>'


def _hints(answer: Answer, reply: Reply) -> str:
    """They tell of what the strategies were fitted on, which says nothing of a reference model."""
    hints = () if is_reference(answer.strategy) else reply.hints
    return "".join(f'<p class="note warn">{text(hint)}</p>' for hint in hints)


def _top(answer: Answer) -> str:
    rows = "".join(
        f'<li><span class="name">{text(named(label))}</span>{bar(p)}'
        f'<span class="number">{percent(p, 1)}</span></li>'
        for label, p in answer.answers[:TOP]
    )
    return f'<ol class="bars" aria-label="{text(say("Most probable answers"))}">{rows}</ol>'


def _shares(answer: Answer) -> str:
    """Contributions of the modalities and the weights that let them pass, where there are any."""
    rows = []
    if answer.contribution is not None:
        brought = answer.contribution
        told = contribution_summary(brought) + contribution_details(brought, answer.label)
        rows.append(f"<dt>{text(say('Contribution'))}</dt><dd>{told}</dd>")
    if answer.weights is not None:
        image, of_text = answer.weights
        rows.append(
            f'<dt>{text(say("Weights"))}</dt><dd><span class="split" aria-hidden="true">'
            f'<i style="width:{100 * image:.1f}%"></i></span>'
            f'<span class="share image">{text(say("picture"))} {image:.2f}</span> '
            f'<span class="share text">{text(say("text"))} {of_text:.2f}</span></dd>'
        )
    return f'<dl class="shares">{"".join(rows)}</dl>' if rows else ""
