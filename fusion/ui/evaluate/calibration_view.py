"""Whether confidence can be believed: the reliability diagram of one strategy, the error of all."""

from typing import Any

from fusion.language import say
from fusion.ui.evaluate.marks import Line, fine, ranged, section, table, unfolded, verdict
from fusion.ui.evaluate.reports import Report, command, result_of
from fusion.ui.parts import bar, percent, text

SIDE, LEFT, TOP = 260, 44, 8
COUNTS = 44  # height of the bars that tell how many answers there are


def calibration_view(report: Report, chosen: str) -> str:
    """The panel; "" where nothing was measured."""
    result = result_of(report, chosen)
    bins = result.get("reliability", ())
    if not bins:
        return ""
    label = say("Can its confidence be believed? {strategy}", strategy=chosen)
    return section(
        label,
        command(report),
        verdict(_verdict(result)),
        f'<div class="ev-calibration">{_diagram(bins)}<div>{_errors(report, chosen)}</div></div>',
        fine(
            say(
                "Each point is a range of confidence: how sure the answers in it were, and how many of them "
                "were right, with Wilson's 95 % interval; on the diagonal both agree. The bars below tell "
                "how many answers there are. The heads carry the temperature that was fitted on held-out "
                "examples; what they were without it is not kept."
            )
        ),
        unfolded(say("The numbers of the diagram"), _numbers(bins)),
    )


def _verdict(result: dict[str, Any]) -> str:
    bins, n = result["reliability"], result["n"]
    confidence = sum(one["confidence"] * one["n"] for one in bins) / n
    lean = confidence - result["accuracy"]
    values = {
        "error": f"{100 * result['calibration_error']:.1f}",
        "confidence": f"{100 * confidence:.1f}",
        "accuracy": f"{100 * result['accuracy']:.1f}",
    }
    error = say("Confidence is off by {error} points on average.", **values)
    if abs(lean) < 0.01:
        return f"{error} " + say(
            "On the whole it is as sure as it is right: {confidence} % sure, {accuracy} % right.", **values
        )
    if lean > 0:
        return f"{error} " + say(
            "On the whole it is surer than it is right: {confidence} % sure, {accuracy} % right.", **values
        )
    return f"{error} " + say(
        "On the whole it is right more often than it is sure: {confidence} % sure, {accuracy} % right.",
        **values,
    )


def _diagram(bins: list[dict[str, Any]]) -> str:
    """In SVG; its numbers stand in a table."""

    def x(share: float) -> float:
        return LEFT + SIDE * share

    def y(share: float) -> float:
        return TOP + SIDE * (1 - share)

    drawn = f'<line class="ideal" x1="{x(0)}" y1="{y(0)}" x2="{x(1)}" y2="{y(1)}"/>'
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        drawn += f'<line class="grid" x1="{x(0)}" x2="{x(1)}" y1="{y(tick)}" y2="{y(tick)}"/>'
        drawn += f'<text class="right" x="{LEFT - 6}" y="{y(tick) + 4}">{100 * tick:.0f}</text>'
        drawn += f'<text x="{x(tick)}" y="{TOP + SIDE + COUNTS + 22}">{100 * tick:.0f}</text>'
    most = max(one["n"] for one in bins)
    floor = TOP + SIDE + COUNTS + 6
    for one in bins:
        at, (low, high) = x(one["confidence"]), one["interval"]
        drawn += f'<line class="gap" x1="{at:.1f}" x2="{at:.1f}" y1="{y(one["confidence"]):.1f}" '
        drawn += f'y2="{y(one["accuracy"]):.1f}"/>'
        drawn += f'<line class="whisker" x1="{at:.1f}" x2="{at:.1f}" y1="{y(low):.1f}" y2="{y(high):.1f}"/>'
        drawn += f'<circle cx="{at:.1f}" cy="{y(one["accuracy"]):.1f}" r="4.5"/>'
        tall = COUNTS * one["n"] / most
        wide = x(one["high"]) - x(one["low"]) - 2
        drawn += f'<rect x="{x(one["low"]) + 1:.1f}" y="{floor - tall:.1f}" '
        drawn += f'width="{wide:.1f}" height="{tall:.1f}"/>'
    height = floor + 40
    right, sure = text(say("right, %")), text(say("confidence, %"))
    drawn += f'<text class="axis" x="{LEFT + SIDE / 2}" y="{height - 6}">{sure}</text>'
    middle = TOP + SIDE / 2
    drawn += f'<text class="axis" transform="rotate(-90 11 {middle})" x="11" y="{middle}">{right}</text>'
    name = text(say("Reliability diagram: how often answers are right by how sure they are"))
    size = f"0 0 {LEFT + SIDE + 14} {height}"
    return f'<svg class="ev-diagram" viewBox="{size}" role="img" aria-label="{name}">{drawn}</svg>'


def _errors(report: Report, chosen: str) -> str:
    rows = sorted(report["results"], key=lambda row: row["calibration_error"])
    most = max(max(row["calibration_error"] for row in rows), 0.05)
    listed = "".join(
        f'<li class="{"this" if row["strategy"] == chosen else ""}">'
        f'<span class="name">{text(row["strategy"])}</span>'
        f"{bar(row['calibration_error'] / most)}"
        f'<span class="number">{100 * row["calibration_error"]:.1f}</span></li>'
        for row in rows
    )
    title = text(say("Expected calibration error, points: 0 is best"))
    return f'<h3>{title}</h3><ul class="bars ev-errors">{listed}</ul>'


def _numbers(bins: list[dict[str, Any]]) -> str:
    heads = [say("Confidence"), say("Mean confidence"), say("Right"), say("95 % interval"), say("Answers")]
    lines = [
        Line(
            ranged((one["low"], one["high"]), 0),
            [
                percent(one["confidence"], 1),
                percent(one["accuracy"], 1),
                ranged(one["interval"]),
                f"{one['n']:,}",
            ],
        )
        for one in bins
    ]
    return table(say("The numbers of the diagram"), heads, lines, matrix=True)
