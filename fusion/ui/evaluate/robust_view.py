"""What is left of accuracy under spoiled or missing inputs, and what a few examples give."""

from typing import Any

from fusion.language import say
from fusion.percentage import signed
from fusion.robustness.changes import PICTURE, Change
from fusion.strategies import STRATEGIES
from fusion.ui.evaluate.marks import Line, fine, measure, points, section, share, table, unfolded
from fusion.ui.evaluate.reports import Report, command
from fusion.ui.parts import percent, text


def robust_view(report: Report, chosen: str) -> str:
    """The chosen strategy under every change, beside the unimodal heads; "" where nothing was measured."""
    measured = report.get("robustness")
    if measured is None or chosen not in measured["unchanged"]:
        return ""
    beside = [n for n in measured["unchanged"] if STRATEGIES[n].modality != "both" and n != chosen]
    steps = [(say("as given"), measured["unchanged"])]
    steps += [(_told(row["change"], row["level"]), row["results"]) for row in measured["changed"]]
    before = measured["unchanged"][chosen]["accuracy"]
    lines: list[Line] = []
    for title, results in steps:
        now = results[chosen]
        drop = signed(100 * (now["accuracy"] - before), 1) if lines else "–"
        others = [percent(results[name]["accuracy"], 1) for name in beside]
        cell = share(now["accuracy"], now["interval"], [("alone", before)])
        lines.append(Line(text(title), [cell, drop, *others]))
    label = say("Spoiled pictures and words: {strategy}", strategy=chosen)
    heads = [say("Change"), say("Right, with its 95 % interval"), say("Change in points"), *map(text, beside)]
    note = say("{n} test examples spread evenly; the line is what is right as given.", n=f"{measured['n']:,}")
    every = unfolded(say("All strategies under every change"), _matrix(steps))
    return section(label, command(report, "--corrupt"), table(label, heads, lines), fine(note), every)


def _told(name: str, level: float) -> str:
    """A change of the picture or of the text, in words."""
    what = Change(name, level).told
    return say("picture: {what}", what=what) if name in PICTURE else say("text: {what}", what=what)


def _matrix(steps: list[tuple[str, dict[str, Any]]]) -> str:
    names = list(steps[0][1])
    lines = [
        Line(text(title), [percent(results[name]["accuracy"], 1) for name in names])
        for title, results in steps
    ]
    return table(
        say("All strategies under every change"), [say("Change"), *map(text, names)], lines, matrix=True
    )


def missing_view(report: Report, chosen: str) -> str:
    """Every strategy without the picture and without the text."""
    rows = report.get("missing", ())
    if not rows:
        return ""
    heads = [
        say("Strategy"),
        say("Right without the picture"),
        say("Over text-only, points"),
        say("Right without the text"),
        say("Over image-only, points"),
    ]
    lines = []
    for row in rows:
        cells = []
        for gone in ("image", "text"):
            score = row[f"without_{gone}"]
            over = score.get("over_alone")
            cells.append(percent(score["accuracy"], 1))
            cells.append(points(over["difference"], over["interval"]) if over else "–")
        lines.append(Line(text(row["strategy"]), cells, "chosen" if row["strategy"] == chosen else ""))
    label = say("One modality missing")
    note = say(
        "On the whole test split, against the head that was fitted on the remaining modality alone; "
        "differences are paired, with bootstrap 95 % intervals."
    )
    return section(label, command(report, "--corrupt"), table(label, heads, lines), fine(note))


def few_shot_view(report: Report, chosen: str) -> str:
    """What a few examples of each class give beside the names alone, whatever is chosen."""
    rows = report.get("few_shot", ())
    if not rows:
        return ""
    heads = [
        say("Examples of each class"),
        say("Way to answer"),
        say("Right"),
        say("Over the names alone, points"),
    ]
    lines = []
    alone = next(row["accuracy"] for row in rows if "over_zero_shot" not in row)
    for row in rows:
        if gain := row.get("over_zero_shot"):
            over = points(gain["difference"], gain["interval"])
            right = f"{measure(row['accuracy'], None, [('alone', alone)])}{percent(row['accuracy'], 1)}"
            lines.append(Line(str(row["shots"]), [text(row["strategy"]), right, over]))
    label = say("Taught by a few examples")
    shots = ",".join(str(shots) for shots in sorted({row["shots"] for row in rows}))
    note = say(
        "Training pictures as examples, {draws} draws; intervals cover other draws and other test examples. "
        "The line is what the names alone give, without examples: {share} %.",
        draws=len(rows[0]["draws"]),
        share=f"{100 * alone:.1f}",
    )
    return section(label, command(report, f"--shots {shots}"), table(label, heads, lines), fine(note))
