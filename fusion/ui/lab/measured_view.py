"""How often each strategy is right on the test split under the chosen changes, from the shipped report."""

from collections.abc import Mapping, Sequence
from typing import Any

from fusion.language import later, say
from fusion.percentage import points
from fusion.robustness.changes import PICTURE, Change
from fusion.robustness.reading import Measured, measured
from fusion.ui.lab.given_view import Changes
from fusion.ui.parts import bar, is_baseline, percent, reads, text

WIDTH, HEIGHT, LEFT, TOP, ACROSS, DOWN = 320, 190, 44, 10, 262, 134


def measured_view(evaluation: Mapping[str, Any] | None, changes: Changes, chosen: str) -> str:
    """A panel for each of the two that is changed, in HTML; chosen: the strategy to bring out in the plot."""
    shown = [_panel(evaluation, change, chosen) for change in changes if not change.is_none]
    return f'<div class="lab-measured">{"".join(shown)}</div>'


def _panel(evaluation: Mapping[str, Any] | None, change: Change, chosen: str) -> str:
    of_picture = change.name in PICTURE
    if of_picture:
        title = say("How often they are right: spoiled picture")
    else:
        title = say("How often they are right: spoiled words")
    found = measured(evaluation, change.name)
    if evaluation is None or found is None:
        command = "<code>python -m fusion evaluate --corrupt</code>"
        told = say("Not measured for these checkpoints; {command} does it.", command=command)
        return f'<section class="panel"><h2>{text(title)}</h2><p class="fine">{told}</p></section>'
    at = found.nearest(change.level)
    level = found.levels[at]
    told = Change(change.name, level).told
    if abs(level - change.level) > 1e-9:
        told = later("{told} (the nearest that was measured)", told=told)
    if of_picture:
        how = say(
            "{n:,} questions of the test split, the picture {told}. The mark on a bar is the accuracy as "
            "given, the last number the points lost or gained.",
            n=found.n,
            told=told,
        )
    else:
        how = say(
            "{n:,} questions of the test split, the words {told}. The mark on a bar is the accuracy as "
            "given, the last number the points lost or gained.",
            n=found.n,
            told=told,
        )
    plot = _plot(found, at, chosen) if len(found.levels) > 2 else ""
    return f"""
<section class="panel" aria-label="{text(title)}">
  <h2>{text(title)}</h2>
  <p class="fine">{text(how)}</p>
  <p class="lab-verdict">{_verdict(found, at)}</p>
  <div class="lab-charts">{plot}<ul class="bars">{_bars(evaluation, found, at)}</ul></div>
</section>"""


def _verdict(found: Measured, at: int) -> str:
    """Whether reading both still pays at a level, in words."""
    now = {name: steps[at] for name, steps in found.accuracies.items()}
    alone = [name for name in now if is_baseline(name)]
    fused = [name for name in now if not is_baseline(name)]
    if not alone or not fused:
        return ""
    best = max(alone, key=lambda name: now[name])
    behind = sum(now[name] <= now[best] for name in fused)
    if not behind:
        return say("Every strategy that reads both is right more often than {baseline}.", baseline=text(best))
    if behind == 1:
        return say(
            "1 of {total} strategies that read both is right no more often than {baseline}.",
            total=len(fused),
            baseline=text(best),
        )
    return say(
        "{n} of {total} strategies that read both are right no more often than {baseline}.",
        n=behind,
        total=len(fused),
        baseline=text(best),
    )


def _bars(evaluation: Mapping[str, Any], found: Measured, at: int) -> str:
    rows = [_bar(name, steps[at], steps[0]) for name, steps in found.accuracies.items()]
    priors = evaluation["priors"]
    for title, name in (
        (say("question-only rule, as given"), "text_only_rule"),
        (say("most frequent answer"), "majority"),
    ):
        rows.append(
            f'<li class="prior"><span class="name">{title}</span>{bar(priors[name])}'
            f'<span class="number">{percent(priors[name])}</span><span class="drop"></span></li>'
        )
    return "".join(rows)


def _bar(name: str, now: float, before: float) -> str:
    told = points(now - before, none="±0")
    against = say("points, against {before:.0f} % as given", before=100 * before)
    kind = "baseline" if is_baseline(name) else ""
    return (
        f'<li class="{kind}"><span class="name">{text(name)}</span><span class="bar" aria-hidden="true">'
        f'<i style="width:{100 * now:.1f}%"></i><s style="left:{100 * before:.1f}%"></s></span>'
        f'<span class="number">{percent(now)}</span>'
        f'<span class="drop" title="{against}">{told}</span></li>'
    )


def _plot(found: Measured, at: int, chosen: str) -> str:
    """Accuracy by level: each strategy a line, the chosen one and the baselines brought out."""
    most = found.levels[-1]

    def points(steps: Sequence[float]) -> str:
        where = zip(found.levels, steps, strict=True)
        return " ".join(f"{LEFT + ACROSS * x / most:.1f},{TOP + DOWN * (1 - y):.1f}" for x, y in where)

    kinds = {name: _kind(name, chosen) for name in found.accuracies}
    order = sorted(found.accuracies, key=lambda name: bool(kinds[name]))  # what is brought out lies on top
    lines = "".join(
        f'<polyline class="{kinds[name]}" points="{points(found.accuracies[name])}"/>' for name in order
    )
    ticks = "".join(
        f'<line class="grid" x1="{LEFT}" x2="{LEFT + ACROSS}" y1="{y}" y2="{y}"/>'
        f'<text class="right" x="{LEFT - 6}" y="{y + 4}">{percent(share)}</text>'
        for share, y in ((share, TOP + DOWN * (1 - share)) for share in (0, 0.5, 1))
    )
    ticks += "".join(
        f'<text x="{LEFT + ACROSS * level / most:.1f}" y="{TOP + DOWN + 18}">{100 * level:.0f}</text>'
        for level in found.levels
    )
    now = LEFT + ACROSS * found.levels[at] / most
    lines_told = (
        say("{name} from {first} to {last}", name=name, first=percent(steps[0]), last=percent(steps[-1]))
        for name, steps in found.accuracies.items()
    )
    told = say("Accuracy by level: {lines}", lines="; ".join(lines_told))
    named = [name for name in found.accuracies if kinds[name]]
    legend = "".join(f'<li><i class="{kinds[name]}"></i>{text(name)}</li>' for name in named)
    return f"""
<figure class="lab-plot">
  <svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{told}">
  {ticks}<line class="now" x1="{now:.1f}" x2="{now:.1f}" y1="{TOP}" y2="{TOP + DOWN}"/>{lines}
  <text x="{LEFT + ACROSS / 2}" y="{TOP + DOWN + 38}">{say("level, %")}</text></svg>
  <ul class="lab-legend">{legend}<li><i></i>{say("the others")}</li></ul></figure>"""


def _kind(name: str, chosen: str) -> str:
    return "own" if name == chosen else reads(name) if is_baseline(name) else ""
