"""A report as one file of HTML: style and pictures inside it, no script, no address of anywhere else."""

from functools import cache, partial

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from fusion.explain.check import verdict
from fusion.language import language, named, say
from fusion.paths import ASSETS
from fusion.percentage import percent, points
from fusion.report import curves
from fusion.report.pictures import MOST_WORDS, attention_maps, explanation_maps, legend
from fusion.report.report import Report
from fusion.results import noun

FOLDER = ASSETS / "report"


def as_html(report: Report) -> str:
    """In the language that is spoken. Whatever comes from outside is escaped."""
    told = report.to_dict()
    return (
        _environment()
        .get_template("report.html")
        .render(
            report=told,
            shown=next(row for row in told["results"] if row["strategy"] == report.strategy),
            noun=noun(report.evaluation) if report.evaluation else "",
            attention=attention_maps(report),
            words=0 if report.attention is None else len(report.attention.words),
            most_words=MOST_WORDS,
            evidence=report.attention is not None and report.attention.evidence,
            maps=explanation_maps(report),
            doubtful=[verdict(explanation.checks).doubtful for explanation in report.explanations],
            legend=legend(),
            language={"zh": "zh-CN"}.get(language(), language()),
            style=Markup((FOLDER / "report.css").read_text(encoding="utf-8")),
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(say=say, named=named, plots=curves.plots, plot=curves)
    environment.filters.update(percent=partial(percent, digits=1), points=points)
    return environment
