"""The table of all strategies on one input, the chosen one marked and those that disagree visible."""

from fusion.answer import Answer, Reply
from fusion.language import named, say
from fusion.ui.contribution_view import contribution_summary, contribution_title
from fusion.ui.parts import bar, is_baseline, is_reference, percent, tag, text


# Roles are spelled out because narrow screens lay the rows out as a grid, which would drop them.
def _head() -> str:
    columns = (
        ("", say("Strategy"), ""),
        ("", say("Answer"), ""),
        ("", say("Confidence"), ""),
        ("", say("Contribution"), say("points")),
        ("n", say("Time"), "ms"),
        ("n", say("Parameters"), ""),
    )
    cells = ""
    for kind, name, unit in columns:
        after = unit and f' <span class="unit">{text(unit)}</span>'
        cells += f'<th role="columnheader" scope="col" class="{kind}">{text(name)}{after}</th>'
    return f'<thead role="rowgroup"><tr role="row">{cells}</tr></thead>'


def strategy_table(reply: Reply, shown: Answer, by_hand: set[str]) -> str:
    """HTML; each strategy's name is a button that chooses it."""
    rows = "".join(_row(answer, shown, answer.strategy in by_hand) for answer in reply.results)
    others = len(reply.results) - 1
    differing = sum(answer.label != shown.label for answer in reply.results)
    line = ""
    if others:
        agreeing = {"agree": others - differing, "others": others, "strategy": shown.strategy}
        line = say("{agree} of {others} others agree with {strategy}.", **agreeing)
    if any(answer.contribution for answer in reply.results):
        line += " " + say(
            "Picture and text are shares of what both inputs change, in points of probability; synergy, told "
            "apart from these, is what both bring beyond the sum of each alone."
        )
    return f"""
<section class="panel all" aria-labelledby="all-title">
  <h2 id="all-title">{text(say("All strategies on this input"))}</h2>
  <p class="fine">{text(line)}</p>
  <table role="table">{_head()}<tbody role="rowgroup">{rows}</tbody></table>
</section>"""


def _row(answer: Answer, shown: Answer, by_hand: bool) -> str:
    name = text(answer.strategy)
    chosen = answer.strategy == shown.strategy
    marks = (tag(say("baseline")) if is_baseline(answer.strategy) else "") + (
        tag(say("by hand")) if by_hand else ""
    )
    marks += tag(say("reference")) if is_reference(answer.strategy) else ""
    differs = answer.label != shown.label
    classes = " ".join(["chosen"] * chosen + ["differs"] * differs)
    pressed = "true" if chosen else "false"
    brought, shares, told = answer.contribution, "–", ""
    if brought is not None:
        shares = contribution_summary(brought)
        told = f' title="{contribution_title(brought, answer.label)}"'
    flag = f'<span class="visually-hidden">{text(say("differs:"))} </span>' if differs else ""
    return (
        f'<tr role="row" class="{classes}">'
        f'<th role="rowheader" scope="row">'
        f'<button type="button" data-choice="{name}" aria-pressed="{pressed}">{name}</button>{marks}</th>'
        f'<td role="cell" class="label">{flag}{text(named(answer.label))}</td>'
        f'<td role="cell" class="sure">{bar(answer.probability)}'
        f'<span class="number">{percent(answer.probability, 1)}</span></td>'
        f'<td role="cell" class="contribution"{told}>{shares}</td>'
        f'<td role="cell" class="n time">{answer.milliseconds:.1f}<span class="unit"> ms</span></td>'
        f'<td role="cell" class="n parameters">{answer.parameters:,}'
        f'<span class="unit"> {text(say("parameters"))}</span></td></tr>'
    )
