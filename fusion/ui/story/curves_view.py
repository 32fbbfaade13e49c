"""How a fit went, as a plot."""

from collections.abc import Sequence

from fusion.language import say
from fusion.story import Curves
from fusion.story.numbers import short
from fusion.ui.parts import text

WIDTH, HEIGHT = 320, 170
LEFT, TOP, ACROSS, DOWN = 40, 10, 266, 120


def curves_view(curves: Curves) -> str:
    """Loss over the epochs, in HTML."""
    most = 1.05 * max(*curves.train, *curves.validation)
    last = max(1, len(curves.train) - 1)

    def points(losses: Sequence[float]) -> list[tuple[float, float]]:
        return [(LEFT + ACROSS * i / last, TOP + DOWN * (1 - loss / most)) for i, loss in enumerate(losses)]

    x, y = points(curves.validation)[curves.best]
    title = text(say("Mean loss in nats, epoch by epoch"))
    said = say(
        "From {first} to {last} on the training examples, from {before} to {after} on those held back.",
        first=short(curves.train[0]),
        last=short(curves.train[-1]),
        before=short(curves.validation[0]),
        after=short(curves.validation[-1]),
    )
    return f"""
<h3 class="label">{title}</h3>
<figure class="tour-curves"><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{text(said)}">
  {_axes(most, len(curves.train))}
  {_line("training", points(curves.train))}{_line("held-back", points(curves.validation))}
  <circle cx="{x:.1f}" cy="{y:.1f}" r="5"/></svg>
<figcaption>{_entry("training", say("training"))}{_entry("held-back", say("held back"))}
  {_kept(say("kept"))}</figcaption></figure>"""


def _line(kind: str, points: Sequence[tuple[float, float]]) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline class="{kind}" points="{path}"/>'


def _axes(most: float, epochs: int) -> str:
    bottom = TOP + DOWN
    lines = []
    for share in (0, 0.5, 1):
        y = TOP + DOWN * (1 - share)
        lines.append(f'<line x1="{LEFT}" x2="{LEFT + ACROSS}" y1="{y}" y2="{y}"/>')
        lines.append(f'<text class="right" x="{LEFT - 6}" y="{y + 4}">{short(share * most)}</text>')
    lines.append(f'<text x="{LEFT}" y="{bottom + 18}">1</text>')
    if epochs > 1:
        lines.append(f'<text x="{LEFT + ACROSS}" y="{bottom + 18}">{epochs}</text>')
    lines.append(f'<text x="{LEFT + ACROSS / 2}" y="{bottom + 18}">{text(say("epoch"))}</text>')
    return "".join(lines)


def _entry(kind: str, name: str) -> str:
    return _sample(28, f'<line class="{kind}" x1="1" x2="27" y1="6" y2="6"/>', name)


def _kept(name: str) -> str:
    return _sample(12, '<circle cx="6" cy="6" r="4"/>', name)


def _sample(width: int, mark: str, name: str) -> str:
    svg = f'<svg viewBox="0 0 {width} 12" width="{width}" height="12" aria-hidden="true">{mark}</svg>'
    return f"<span>{svg}{text(name)}</span>"
