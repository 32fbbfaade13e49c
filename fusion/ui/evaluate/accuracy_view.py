"""How often each strategy is right, beside what needs no model, over all and by type of question."""

from typing import Any

from fusion.language import say
from fusion.strategies import STRATEGIES
from fusion.ui.evaluate.marks import (
    Line,
    fine,
    points,
    ranged,
    section,
    share,
    table,
    unfolded,
    verdict,
)
from fusion.ui.evaluate.reports import Report, best, command, result_of
from fusion.ui.parts import percent, tag, text

MAJORITY, RULE = "majority", "text_only_rule"


def accuracy_view(report: Report, chosen: str) -> str:
    """The table of all strategies; each name is a button that chooses it."""
    heads = [
        say("Strategy"),
        say("Right on the test, with its 95 % interval"),
        say("Calibration error, points"),
        say("Parameters"),
    ]
    marks = _marks(report)
    lines = [_prior(MAJORITY, report), _prior(RULE, report)]
    lines += [_line(row, report, chosen, marks) for row in report["results"]]
    label = say("How often each strategy is right")
    told = say(
        "{task}: {n} examples of the test split, which nothing was fitted on, read by {image} and {text}. "
        "Intervals are Wilson's and take the examples as independent.",
        task=report["task"],
        n=f"{report['n']:,}",
        image=report["encoders"]["image"],
        text=report["encoders"]["text"],
    )
    return section(
        label, command(report), verdict(_verdict(report)), table(label, heads, lines), _legend(), fine(told)
    )


def types_view(report: Report, chosen: str) -> str:
    """The chosen strategy by type of question, beside the head that sees the text alone; "" where there is
    but one type."""
    result = result_of(report, chosen)
    if len(result["by_type"]) < 2:
        return ""
    alone: dict[str, Any] = next(
        (row["by_type"] for row in report["results"] if _reads(row["strategy"]) == "text"), {}
    )
    lines = []
    for kind, score in result["by_type"].items():
        marks = [("alone", alone[kind]["accuracy"])] if kind in alone else []
        gain = score.get("over_text_only")
        over = points(gain["difference"], gain["interval"]) if gain else "–"
        lines.append(
            Line(
                text(say(kind)), [share(score["accuracy"], score["interval"], marks), over, f"{score['n']:,}"]
            )
        )
    label = say("By type of question: {strategy}", strategy=chosen)
    heads = [
        say("Type"),
        say("Right on the test, with its 95 % interval"),
        say("Over text-only, points"),
        say("Number of examples"),
    ]
    key = (
        f'<p class="ev-key"><span class="alone">{text(say("the head that reads the text alone"))}</span></p>'
    )
    every = unfolded(say("All strategies by type"), _matrix(report))
    return section(label, command(report), table(label, heads, lines), key, every)


def _line(row: dict[str, Any], report: Report, chosen: str, marks: list[tuple[str, float]]) -> Line:
    name = row["strategy"]
    pressed = "true" if name == chosen else "false"
    heading = (
        f'<button type="button" data-choice="{text(name)}" aria-pressed="{pressed}">{text(name)}</button>'
    )
    heading += tag(say("baseline")) if _reads(name) not in ("both", "") else ""
    heading += (
        tag(say("no better than chance"), "warn") if row["interval"][0] <= report["priors"][MAJORITY] else ""
    )
    parameters = f"{row['parameters']:,}" if "parameters" in row else "–"
    return Line(
        heading,
        [
            share(row["accuracy"], row["interval"], marks),
            f"{100 * row['calibration_error']:.1f}",
            parameters,
        ],
        "chosen" if name == chosen else "",
    )


def _prior(name: str, report: Report) -> Line:
    value = report["priors"][name]
    title = say("most frequent answer") if name == MAJORITY else say("best rule that reads the text alone")
    mark = f'<i class="at {name}" style="left:{100 * value:.2f}%"></i>'
    line = f'<span class="ev-bar" aria-hidden="true">{mark}</span>'
    cells = [f'{line}<span class="number">{percent(value, 1)}</span>', "", ""]
    return Line(f"{text(title)}{tag(say('prior'))}", cells, "prior")


def _marks(report: Report) -> list[tuple[str, float]]:
    return [(name, report["priors"][name]) for name in (MAJORITY, RULE)]


def _legend() -> str:
    keys = {
        MAJORITY: say("most frequent answer"),
        RULE: say("best rule that reads the text alone"),
        "whisker": say("95 % interval"),
    }
    drawn = "".join(f'<span class="{kind}">{text(title)}</span>' for kind, title in keys.items())
    return f'<p class="ev-key">{drawn}</p>'


def _verdict(report: Report) -> str:
    """What came out, in words."""
    first = result_of(report, best(report))
    told = say(
        "{strategy} is right most often: {share} % ({interval}).",
        strategy=first["strategy"],
        share=f"{100 * first['accuracy']:.1f}",
        interval=ranged(first["interval"]),
    )
    if not any(_reads(row["strategy"]) for row in report["results"]):
        prior = max(report["priors"].values())
        return f"{told} " + say("The best prior gives {share} %.", share=f"{100 * prior:.1f}")
    others = {
        row["strategy"]: row["accuracy"] for row in report["results"] if _reads(row["strategy"]) != "both"
    }
    others |= {say("the best rule that reads the text alone"): report["priors"][RULE]}
    others.pop(first["strategy"], None)
    name = max(others, key=lambda one: others[one])
    return f"{told} " + say(
        "Best without combining both: {name}, {share} %.", name=name, share=f"{100 * others[name]:.1f}"
    )


def _matrix(report: Report) -> str:
    kinds = sorted({kind for row in report["results"] for kind in row["by_type"]})
    lines = [
        Line(text(row["strategy"]), [percent(row["by_type"][kind]["accuracy"]) for kind in kinds])
        for row in report["results"]
    ]
    heads = [say("Strategy"), *(text(say(kind)) for kind in kinds)]
    return table(say("All strategies by type"), heads, lines, matrix=True)


def _reads(name: str) -> str:
    """What a strategy reads; "" of what answers without training."""
    return STRATEGIES[name].modality if name in STRATEGIES else ""
