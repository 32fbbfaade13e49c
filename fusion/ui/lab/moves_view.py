"""Every strategy's answer before and after the changes, side by side."""

from fusion.explain.counterfactual import Move
from fusion.language import later, named, say
from fusion.robustness.trying import Tried
from fusion.ui.parts import is_baseline, percent, reads, tag, text

# Roles are spelled out because narrow screens lay the rows out as a grid, which would drop them.
_COLUMNS = later("Strategy"), later("As given"), later("Now"), later("Probability of the first answer")


def moves_view(found: Tried) -> str:
    """The table and a sentence on it, in HTML."""
    changed = sum(move.changed for move in found.moves)
    rows = "".join(_row(move, found) for move in found.moves)
    if changed == 0:
        verdict = say("No strategy changes its answer.")
    elif changed == 1:
        verdict = say("1 of {total} strategies changes the answer.", total=len(found.moves))
    else:
        verdict = say("{n} of {total} strategies change the answer.", n=changed, total=len(found.moves))
    head = "".join(f'<th role="columnheader" scope="col">{say(title)}</th>' for title in _COLUMNS)
    return f"""
<section class="panel lab-moves" aria-labelledby="lab-moves-title">
  <h2 id="lab-moves-title">{say("Answers")}</h2>
  <p class="lab-verdict">{verdict}</p>
  <table role="table"><thead role="rowgroup"><tr role="row">{head}</tr></thead>
  <tbody role="rowgroup">{rows}</tbody></table>
</section>"""


def _row(move: Move, found: Tried) -> str:
    mark = tag(say("baseline")) if is_baseline(move.strategy) else ""
    left = {"image": found.picture is not None, "text": bool(found.text), "both": True}
    doubt = ""
    if not left[reads(move.strategy)]:
        doubt = f" {tag(say('sees nothing'), 'warn')}"
    elif move.strategy in found.unsure:
        doubt = f" {tag(say('not sure'), 'warn')}"
    flag = f'<span class="visually-hidden">{say("changed:")} </span>' if move.changed else ""
    (old, first), (new, then) = move.before, move.after
    return (
        f'<tr role="row" class="{"changed" if move.changed else ""}">'
        f'<th role="rowheader" scope="row">{text(move.strategy)} {mark}</th>'
        f'<td role="cell" class="before"><b>{text(named(old))}</b> {percent(first)}</td>'
        f'<td role="cell" class="after">{flag}<b>{text(named(new))}</b> {percent(then)}{doubt}</td>'
        f'<td role="cell" class="kept"><span class="bar" aria-hidden="true">'
        f'<i style="width:{100 * move.kept:.1f}%"></i><s style="left:{100 * first:.1f}%"></s></span>'
        f'<span class="number">{percent(move.kept)}</span></td></tr>'
    )
