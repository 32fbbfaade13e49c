"""What is compared: the input at hand, the pinned one beside it, and what was changed between them."""

from fusion.comparing import Difference, differences
from fusion.language import say
from fusion.strategies import STRATEGIES
from fusion.ui.compare.maps_view import pictured
from fusion.ui.compare.visit import CompareVisit, Side
from fusion.ui.parts import text


def nothing_yet(has_picture: bool = False) -> str:
    """What stands in the place of answers before there are any, in HTML."""
    if has_picture:
        title = say("Now ask about it")
        line = say("Type a question, or press Compare to hear what the picture alone says.")
    else:
        title = say("Pick an example, or give a picture and a question")
        line = say("What you asked on the tab Ask is taken over by itself when you come from there.")
    return _empty(title, line)


def pin_first() -> str:
    """What stands in the place of A beside B while nothing is pinned, in HTML."""
    return _empty(
        say("Pin this input, then change one thing"),
        say(
            "Ask another question, give another picture, or choose another task, other encoders or a "
            "setting: the answers before and after stand beside each other."
        ),
    )


def _empty(title: str, line: str) -> str:
    return f"""
<section class="panel empty">
  <svg viewBox="0 0 48 48" width="56" height="56" aria-hidden="true">
    <circle cx="18" cy="24" r="13"/><circle cx="30" cy="24" r="13"/></svg>
  <h2>{text(title)}</h2><p>{text(line)}</p>
</section>"""


def given_view(visit: CompareVisit) -> str:
    """The inputs, and what differs in them, in HTML; "" while there is none that was answered."""
    if visit.now.session.reply is None and visit.pinned is None:
        return ""
    if visit.pinned is None:
        return f'<section class="panel compare-given">{given(visit.now, "")}</section>'
    return f"""
<section class="panel compare-given two" aria-label="{text(say("What is compared"))}">
  {given(visit.pinned, "A")}{given(visit.now, "B")}
  <p class="compare-changed" aria-live="polite">{text(changed(visit))}</p>
</section>"""


def given(side: Side, letter: str) -> str:
    """One input and what it went through."""
    session, asked = side.session, side.asked
    question = text(say("“{question}”", question=asked.question))
    if session.reply is None:
        question = text(say("not asked yet"))
    elif not asked.question:
        question = text(say("Picture alone, no text"))
    picture = '<span class="compare-thumb none" aria-hidden="true"></span>'
    if session.preview is not None:
        picture = f'<span class="compare-thumb" role="img" aria-label="{text(say("The picture"))}"></span>'
    through = f"{text(asked.task)} · {text(asked.image_encoder)} + {text(asked.text_encoder)}"
    mark = f'<b class="compare-letter">{letter}</b>' if letter else ""
    return f"""
<div class="compare-input"{pictured(side)}>{mark}{picture}
  <div><p class="compare-question">{question}</p>
    <p class="fine">{through}</p></div></div>"""


def changed(visit: CompareVisit) -> str:
    """What was changed from A to B, in a sentence."""
    assert visit.pinned is not None
    if visit.now.session.reply is None:
        return say("B is not answered yet.")
    found = differences(visit.pinned.asked, visit.now.asked)
    if not found:
        return say("A is pinned. Change one thing, and B shows what it does.")
    if len(found) == 1:
        return say("One thing was changed: {what}.", what=told(found[0]))
    return say(
        "{n} things were changed, so what moved cannot be put down to one of them: {what}.",
        n=len(found),
        what=say("; ").join(told(one) for one in found),
    )


def told(one: Difference) -> str:
    """One change in a few words."""
    kind, *rest = one.thing
    if kind == "picture":
        return say("the picture")
    if kind == "question":
        return say("the question")
    titles = {
        "task": say("the task"),
        "image_encoder": say("the image encoder"),
        "text_encoder": say("the text encoder"),
    }
    if kind in titles:
        return say("{what}, from {before} to {after}", what=titles[kind], before=one.before, after=one.after)
    strategy, name = rest
    label = next(parameter.label for parameter in STRATEGIES[strategy].parameters if parameter.name == name)
    return say(
        "a setting of {strategy} ({setting}), from {before} to {after}",
        strategy=strategy,
        setting=say(label),
        before=_set(one.before),
        after=_set(one.after),
    )


def _set(value: str | float | None) -> str:
    return say("learned") if value is None else f"{value:.2f}"
