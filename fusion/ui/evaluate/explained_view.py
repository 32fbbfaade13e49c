"""How far the explanations of one strategy can be believed, where it looks, and what each modality brings."""

from collections.abc import Mapping
from typing import Any

from fusion.language import say
from fusion.percentage import signed
from fusion.ui.evaluate.marks import Line, fine, measure, ranged, section, share, table
from fusion.ui.evaluate.reports import Report, command, result_of
from fusion.ui.parts import percent, text

RANDOM = "random"


def explained_view(report: Report, chosen: str) -> str:
    """A row an explainer; "" where nothing was measured of this strategy."""
    rows = [row for row in report.get("explanations", ()) if row["strategy"] == chosen]
    if not rows:
        return ""
    by_name: dict[str, dict[str, Any]] = {}
    for row in rows:
        by_name.setdefault(row["explainer"], {})[row["modality"]] = row
    heads = [
        say("Explainer"),
        say("Patches: deletion, lower is better"),
        say("Patches: insertion, higher is better"),
        say("Words: deletion, lower is better"),
        say("Words: insertion, higher is better"),
        say("Peak on the object"),
        say("Rank correlation with shuffled weights: patches, words"),
    ]
    lines = [_explainer(name, sides, by_name.get(RANDOM, {})) for name, sides in by_name.items()]
    label = say("Can its explanations be believed? {strategy}", strategy=chosen)
    told = say(
        "{n} test examples, each the answer that the strategy gives, right or wrong. Deletion and insertion "
        "are areas under the curve of its probability as what an explainer marks is taken away or given "
        "alone, with bootstrap 95 % intervals; the line is random order. The peak is that of the right "
        "answer's explanation; a correlation near 0 says that the explanation depends on what was learned.",
        n=f"{rows[0]['n']:,}",
    )
    return section(label, command(report, "--explain"), table(label, heads, lines), fine(told))


def _explainer(name: str, sides: Mapping[str, Any], random: Mapping[str, Any]) -> Line:
    cells = []
    for modality in ("image", "text"):
        for curve in ("deletion", "insertion"):
            row = sides[modality]
            interval = row[f"{curve}_interval"]
            marks = [("rule", random[modality][curve])] if random else []
            cells.append(
                f'{measure(row[curve], interval, marks)}<span class="number">{row[curve]:.3f}</span> '
                f'<span class="interval">{ranged(interval, 3, 1)}</span>'
            )
    pointing = sides["image"].get("pointing_of_right_answer")
    cells.append(_pointed(pointing) if pointing else "–")
    shuffled = [sides[modality].get("randomised_rank_correlation") for modality in ("image", "text")]
    told = [signed(value, 2) for value in shuffled if value is not None]
    cells.append(", ".join(told) or "–")
    return Line(
        text(say("random order") if name == RANDOM else name), cells, "prior" if name == RANDOM else ""
    )


def _pointed(pointing: Mapping[str, Any]) -> str:
    return f'{percent(pointing["hit"])} <span class="interval">{ranged(pointing["interval"], 0)}</span>'


def looks_view(report: Report, chosen: str) -> str:
    """Whether attention lies on what is asked for, and whether the map of a typed word does."""
    lines = []
    if attention := result_of(report, chosen).get("attention"):
        lines.append(
            say(
                "Attention of {strategy} on the named object: {ratio} times its share of the area (95 % "
                "interval {interval}, median {median}, {n} examples).",
                strategy=chosen,
                ratio=f"{attention['mass_over_area']:.2f}",
                interval=ranged(attention["interval"], 2, 1),
                median=f"{attention['median']:.2f}",
                n=f"{attention['n']:,}",
            )
        )
    for told in report.get("word_maps", ()):
        lines.append(
            say(
                "Map of a typed word, {things} in a scene: its peak lies on the thing in {hit} % of {n} (95 "
                "% interval {interval}).",
                things=told["things"],
                hit=f"{100 * told['hit']:.1f}",
                n=f"{told['n']:,}",
                interval=ranged(told["interval"]),
            )
        )
    if not lines:
        return ""
    listed = "".join(f"<li>{text(line)}</li>" for line in lines)
    return section(say("Where it looks"), command(report), f'<ul class="ev-told">{listed}</ul>')


def contributions_view(report: Report, chosen: str) -> str:
    """What picture and text bring to the answers of one strategy, by type of question."""
    row = next((row for row in report.get("contributions", ()) if row["strategy"] == chosen), None)
    if row is None:
        return ""
    heads = [
        say("Type"),
        say("Picture, points"),
        say("Text, points"),
        say("Synergy, points"),
        say("Answered from the question alone"),
    ]
    kinds = {say("all"): row}
    if len(row["by_type"]) > 1:
        kinds |= {say(kind): told for kind, told in row["by_type"].items()}
    values = [told[name]["mean"] for told in kinds.values() for name in ("image", "text", "synergy")]
    span = (min(-0.1, *values), max(0.5, *values))
    lines = []
    for kind, told in kinds.items():
        cells = [_brought(told[name], span) for name in ("image", "text", "synergy")]
        alone = told["question_alone"]
        cells.append(share(alone["share"], alone["interval"]))
        lines.append(Line(text(kind), cells))
    label = say("What each modality brings: {strategy}", strategy=chosen)
    note = say(
        "Exact two-player Shapley values of the given answer's probability on {n} test examples, with "
        "bootstrap 95 % intervals; synergy is what both bring beyond the sum of each alone.",
        n=f"{row['n']:,}",
    )
    return section(label, command(report, "--explain"), table(label, heads, lines), fine(note))


def _brought(told: Mapping[str, Any], span: tuple[float, float]) -> str:
    mean = signed(100 * told["mean"], 1)
    return (
        f'{measure(told["mean"], told["interval"], span=span)}<span class="number">{mean}</span> '
        f'<span class="interval">{ranged(told["interval"])}</span>'
    )
