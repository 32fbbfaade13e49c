"""What the tables of the tab are made of, in HTML: bars with whiskers, intervals, commands to copy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fusion.language import say
from fusion.percentage import signed
from fusion.ui.parts import percent, text

Interval = Sequence[float]  # low, high


@dataclass(frozen=True)
class Line:
    """A row of a table: its heading and its cells in HTML. kind: a class of the style sheet."""

    heading: str
    cells: Sequence[str]
    kind: str = ""


def table(label: str, heads: Sequence[str], lines: Iterable[Line], matrix: bool = False) -> str:
    """A table; heads, in HTML, begin with that of the first column. Narrow screens stack its rows, but for a
    matrix, which scrolls within itself."""
    head = "".join(f'<th role="columnheader" scope="col">{one}</th>' for one in heads)
    body = "".join(_row(line, heads[1:]) for line in lines)
    name = f'aria-label="{text(label)}"'
    place = (
        f'class="ev-table matrix" tabindex="0" role="region" {name}' if matrix else 'class="ev-table stack"'
    )
    return f"""
<div {place}><table role="table" {name}>
<thead role="rowgroup"><tr role="row">{head}</tr></thead>
<tbody role="rowgroup">{body}</tbody></table></div>"""


def _row(line: Line, heads: Sequence[str]) -> str:
    cells = "".join(
        f'<td role="cell" data-head="{text(head)}">{cell}</td>'
        for head, cell in zip(heads, line.cells, strict=True)
    )
    heading = f'<th role="rowheader" scope="row">{line.heading}</th>'
    return f'<tr role="row" class="{line.kind}">{heading}{cells}</tr>'


def measure(
    value: float,
    interval: Interval | None = None,
    marks: Iterable[tuple[str, float]] = (),
    span: tuple[float, float] = (0.0, 1.0),
) -> str:
    """A bar from 0 to a value, with its interval as a whisker and lines at other values, each of a class of
    the style sheet. Decoration: the numbers stand beside it."""
    lowest, highest = span

    def place(x: float) -> float:
        return 100 * (min(max(x, lowest), highest) - lowest) / (highest - lowest)

    start, end = sorted((place(0.0), place(value)))
    drawn = f'<i class="fill" style="left:{start:.2f}%;width:{end - start:.2f}%"></i>'
    drawn += "".join(f'<i class="at {kind}" style="left:{place(x):.2f}%"></i>' for kind, x in marks)
    if lowest < 0:
        drawn += f'<i class="zero" style="left:{place(0.0):.2f}%"></i>'
    if interval is not None:
        low, high = place(interval[0]), place(interval[1])
        drawn += f'<i class="whisker" style="left:{low:.2f}%;width:{high - low:.2f}%"></i>'
    return f'<span class="ev-bar" aria-hidden="true">{drawn}</span>'


def share(value: float, interval: Interval, marks: Iterable[tuple[str, float]] = ()) -> str:
    """A fraction of 1 as a bar, a percentage and its interval."""
    return (
        f'{measure(value, interval, marks)}<span class="number">{percent(value, 1)}</span> '
        f'<span class="interval">{ranged(interval)}</span>'
    )


def ranged(interval: Interval, digits: int = 1, factor: float = 100) -> str:
    """ "65.7 to 68.1"."""
    low, high = (f"{factor * end:.{digits}f}".replace("-", "−") for end in interval)
    return text(say("{low} to {high}", low=low, high=high))


def points(difference: float, interval: Interval) -> str:
    """A difference in points with its interval, "+12.3 (+4.5 to +19.0)", muted where it may be none."""
    low, high = interval
    kind = "better" if low > 0 else "worse" if high < 0 else "unclear"
    told, start, end = (signed(100 * x, 1) for x in (difference, low, high))
    between = text(say("{low} to {high}", low=start, high=end))
    return f'<span class="{kind}">{told}</span> <span class="interval">({between})</span>'


def section(title: str, command: str, *content: str) -> str:
    """A panel with the command that prints what it shows."""
    return f"""
<section class="panel ev" aria-label="{text(title)}"><h2>{text(title)}</h2>{"".join(content)}
{printed_by(command)}</section>"""


def fine(sentence: str) -> str:
    return f'<p class="fine">{text(sentence)}</p>'


def verdict(sentence: str) -> str:
    return f'<p class="ev-verdict">{text(sentence)}</p>'


def unfolded(summary: str, content: str) -> str:
    """Content behind a summary."""
    return f'<details class="told"><summary>{text(summary)}</summary>{content}</details>'


def printed_by(command: str) -> str:
    """The command, with a button that copies it."""
    return (
        f'<p class="ev-command"><span>{text(say("Printed by"))}</span> <code>{text(command)}</code> '
        f'<button type="button" data-copy="{text(command)}">{text(say("Copy"))}</button></p>'
    )
