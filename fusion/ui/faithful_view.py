"""The check of an explanation in HTML: its curves as small plots, and what they say in words."""

from collections.abc import Sequence
from typing import Any

from fusion.explain.check import Check, verdict
from fusion.explain.explanation import Explanation
from fusion.language import named, say
from fusion.ui.parts import bar, percent, text

STEPS = 3
EMPTY = '<div class="curves"></div>'
# Of a plot, in its own units: the whole, and the square of the curves in it.
WIDTH, HEIGHT = 252, 156
LEFT, TOP, ACROSS, DOWN = 54, 8, 182, 108
KINDS = ("deletion", "insertion")


def introduction() -> str:
    """What the check is, above it."""
    line = say(
        "What it marks is taken away, or given alone, and the answer is watched. If it marks what mattered, "
        "the answer goes sooner, and comes back sooner, than with patches and words in random order."
    )
    return (
        f'<h2 class="faithful-title">{text(say("Can this explanation be trusted?"))}</h2>'
        f'<p class="fine">{text(line)}</p>'
    )


def told(line: str) -> str:
    """A sentence in the place of a check; nothing at all for an empty one."""
    return f'<div class="faithful"><p class="note">{text(line)}</p></div>' if line else ""


def checking_card(strategy: str) -> str:
    """Before there is an explanation."""
    return f'<div class="faithful">{_progress(strategy, 0)}{_sections({})}</div>'


def faithful_card(explanation: Explanation) -> str:
    """As far as its checks have come."""
    expected = 2 if explanation.words else 1
    made = len(explanation.checks)
    if made < expected:
        head = _progress(explanation.strategy, 1 + made)
    else:
        found = verdict(explanation.checks)
        kind = "note warn" if found.doubtful else "note"
        line = say(
            "{strategy} answers “{label}”, explained by {explainer}.",
            strategy=explanation.strategy,
            label=named(explanation.label),
            explainer=explanation.explainer,
        )
        head = f'<p class="{kind}">{text(found.sentence)}</p><p class="fine">{text(line)}</p>'
    checks = explanation.checks.values()
    sections = _sections({check.modality: _section(explanation.label, check) for check in checks})
    missing = "".join(f"<p>{text(line)}</p>" for line in explanation.sentences()[made:] if made == expected)
    return f'<div class="faithful">{head}{sections}{missing}{_legend(list(checks))}</div>'


def _progress(strategy: str, step: int) -> str:
    doing = (
        say("Checking… {strategy}: finding what mattered", strategy=strategy),
        say("Checking… {strategy}: taking patches away", strategy=strategy),
        say("Checking… {strategy}: striking words out", strategy=strategy),
    )
    return f'<p class="checking"><span>{text(doing[step])}</span>{bar((step + 0.5) / STEPS)}</p>'


def _sections(done: dict[str, str]) -> str:
    """Patches and words beside each other, with room for what is still to come."""
    titles = {"image": say("Patches"), "text": say("Words")}
    made = "".join(
        f"<section><h3>{text(title)}</h3>{done.get(modality, EMPTY)}</section>"
        for modality, title in titles.items()
    )
    return f'<div class="checks">{made}</div>'


def _section(label: str, check: Check) -> str:
    plots = "".join(_figure(label, check, kind) for kind in KINDS) if check.pieces > 1 else ""
    return f'<div class="curves">{plots}</div><p>{text(check.sentence())}</p>'


def _figure(label: str, check: Check, kind: Any) -> str:
    """One kind of curve of the explanation, random orders and raw attention."""
    caption, across = _titles(check.modality, kind)
    shares, own = check.own.shares.tolist(), getattr(check.own, kind).tolist()
    low, mean, high = (line.tolist() for line in check.spread(kind))
    band = [*_points(shares, high), *reversed(_points(shares, low))]
    raw = "" if check.raw is None else _line("raw", _points(shares, getattr(check.raw, kind).tolist()))
    changed = ""
    if kind == "deletion" and not check.own.never:
        x, y = _points([check.own.flips], [own[shares.index(check.own.flips)]])[0]
        changed = f'<circle class="changes" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'
    return f"""
<figure><figcaption>{text(caption)}</figcaption>
<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{text(_described(label, check, kind))}">
  {_axes(across)}
  <polygon class="spread" points="{_path(band)}"/>{_line("random", _points(shares, mean))}{raw}
  {_line("own", _points(shares, own))}{changed}
</svg></figure>"""


def _titles(modality: str, kind: str) -> tuple[str, str]:
    """Of a plot, and of its axis across."""
    if kind == "deletion":
        across = say("patches taken away") if modality == "image" else say("words taken away")
        return say("Taken away: lower is better"), across
    across = say("patches given") if modality == "image" else say("words given")
    return say("Given alone: higher is better"), across


def _described(label: str, check: Check, kind: Any) -> str:
    """The plot in words, for who cannot see it."""
    area = f"{kind}_auc"
    mean = sum(getattr(curve, area) for curve in check.random) / len(check.random)
    own = getattr(check.own, kind)
    ends = {"first": f"{100 * own[0]:.0f}", "last": f"{100 * own[-1]:.0f}"}
    given = {"label": named(label), "across": _titles(check.modality, kind)[1], **ends}
    line = say(
        "Probability of “{label}” with {across}, the most relevant first: from {first} to {last} %.", **given
    )
    areas = {"own": f"{100 * getattr(check.own, area):.0f}", "random": f"{100 * mean:.0f}"}
    if check.raw is None:
        return f"{line} {say('On average {own} %, in random order {random} %.', **areas)}"
    areas["raw"] = f"{100 * getattr(check.raw, area):.0f}"
    average = say("On average {own} %, in random order {random} %, by raw attention {raw} %.", **areas)
    return f"{line} {average}"


def _points(xs: Sequence[float], ys: Sequence[float]) -> list[tuple[float, float]]:
    """Shares and probabilities, each from 0 to 1, in the units of the plot."""
    return [(LEFT + ACROSS * x, TOP + DOWN * (1 - y)) for x, y in zip(xs, ys, strict=True)]


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _line(kind: str, points: Sequence[tuple[float, float]]) -> str:
    return f'<polyline class="{kind}" points="{_path(points)}"/>'


def _axes(across: str) -> str:
    """Both from 0 to 100 %, with their labels."""
    lines, bottom = [], TOP + DOWN
    for share in (0, 0.5, 1):
        x, y = LEFT + ACROSS * share, TOP + DOWN * (1 - share)
        lines.append(f'<line class="grid" x1="{LEFT}" x2="{LEFT + ACROSS}" y1="{y}" y2="{y}"/>')
        lines.append(f'<text class="right" x="{LEFT - 5}" y="{y + 4}">{percent(share)}</text>')
        lines.append(f'<text x="{x}" y="{bottom + 15}">{percent(share)}</text>')
    lines.append(f'<text x="{LEFT + ACROSS / 2}" y="{bottom + 33}">{text(across)}</text>')
    middle = TOP + DOWN / 2
    lines.append(f'<text transform="translate(8 {middle}) rotate(-90)">{text(say("probability"))}</text>')
    return "".join(lines)


def _legend(checks: Sequence[Check]) -> str:
    """What each line is, where there are any."""
    if not checks:
        return ""
    entries = [("own", say("this explanation")), ("random", say("random order, mean and range"))]
    if any(check.raw is not None for check in checks):
        entries.append(("raw", say("raw attention")))
    shown = [_entry(f'<line class="{kind}" x1="1" x2="27" y1="6" y2="6"/>', name) for kind, name in entries]
    shown.append(_entry('<circle class="changes" cx="14" cy="6" r="4.5"/>', say("the answer changes")))
    return f'<ul class="faithful-legend">{"".join(shown)}</ul>'


def _entry(sample: str, name: str) -> str:
    drawn = f'<svg viewBox="0 0 28 12" width="28" height="12" aria-hidden="true">{sample}</svg>'
    return f"<li>{drawn}{text(name)}</li>"
