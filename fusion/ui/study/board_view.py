"""The leaderboard: what is recommended, and how good every strategy is beside what needs none, in HTML."""

from fusion.study import Study
from fusion.study.result import BaselineResult, Result
from fusion.study.scores import Estimate
from fusion.ui.parts import is_baseline, percent, tag, text

_HEAD = (
    '<thead role="rowgroup"><tr role="row">'
    '<th role="columnheader" scope="col">Strategy</th>'
    '<th role="columnheader" scope="col">Right on the test <span class="unit">95 % interval</span></th>'
    '<th role="columnheader" scope="col" class="n">{over} <span class="unit">points</span></th>'
    '<th role="columnheader" scope="col" class="n">Size <span class="unit">kB</span></th>'
    '<th role="columnheader" scope="col" class="n">Answer <span class="unit">ms</span></th>'
    '<th role="columnheader" scope="col" class="n">Fit <span class="unit">s</span></th></tr></thead>'
)


def board(study: Study, chosen: str) -> str:
    """The whole panel; each strategy's name is a button that chooses it."""
    advice = study.recommendation
    ranked = sorted(study.results, key=lambda result: -study.scores[result.strategy].mean)
    rows = "".join(_row(study, result, chosen) for result in ranked)
    others = sorted(study.baselines, key=lambda other: -study.scores[other.name].mean)
    beside = "".join(_other(study, other) for other in others)
    over = f"Over {text(advice.single)}" if advice.single else "Over the best single"
    return f"""
<section class="panel board" aria-labelledby="board-title">
  <h2 id="board-title">{text(study.record.name)}: which strategy?</h2>
  <p class="note advice">{text(advice.sentence)}</p>
  {_cautions(study)}
  <table role="table">{_HEAD.format(over=over)}
    <tbody role="rowgroup">{rows}{_prior(study)}</tbody>
    {f'<tbody role="rowgroup" class="otherwise">{_heading()}{beside}</tbody>' if beside else ""}
  </table>
  <p class="fine">{_how(study)}</p>
</section>"""


def _cautions(study: Study) -> str:
    lines = "".join(f"<li>{text(line)}</li>" for line in study.cautions)
    return f'<ul class="note warn">{lines}</ul>' if lines else ""


def _row(study: Study, result: Result, chosen: str) -> str:
    name = text(result.strategy)
    advice = study.recommendation
    advised = advice.worthwhile and result.strategy == advice.choose
    marks = tag("baseline") if is_baseline(result.strategy) else ""
    marks += tag("recommended", "good") if advised else ""
    pressed = "true" if result.strategy == chosen else "false"
    gain = study.gains.get(result.strategy)
    return (
        f'<tr role="row" class="{"chosen" if result.strategy == chosen else ""}">'
        f'<th role="rowheader" scope="row">'
        f'<button type="button" data-choice="{name}" aria-pressed="{pressed}">{name}</button>{marks}</th>'
        f"{_accuracy(study, study.scores[result.strategy])}"
        f'<td role="cell" class="n gain">{"" if gain is None else _gain(gain)}</td>'
        f'<td role="cell" class="n size">{result.bytes / 1000:,.0f}<span class="unit"> kB</span></td>'
        f'<td role="cell" class="n time">{result.milliseconds:.1f}<span class="unit"> ms</span></td>'
        f'<td role="cell" class="n fit">{result.fit_s:.1f}<span class="unit"> s to fit</span></td></tr>'
    )


def _other(study: Study, other: BaselineResult) -> str:
    return (
        f'<tr role="row"><th role="rowheader" scope="row" title="{text(other.summary)} {text(other.source)}">'
        f"{text(other.name)}</th>{_accuracy(study, study.scores[other.name])}{_empty(3)}"
        f'<td role="cell" class="n fit">{other.fit_s:.1f}<span class="unit"> s to fit</span></td></tr>'
    )


def _prior(study: Study) -> str:
    name = f"always “{text(study.majority)}”"
    return (
        f'<tr role="row" class="prior"><th role="rowheader" scope="row">{name}{tag("prior")}</th>'
        f"{_accuracy(study, study.prior)}{_empty(4)}</tr>"
    )


def _heading() -> str:
    return (
        '<tr role="row" class="heading"><th role="rowheader" scope="rowgroup" colspan="6">'
        "What else could be done with the same tokens</th></tr>"
    )


def _empty(cells: int) -> str:
    return '<td role="cell" class="n"></td>' * cells


def _accuracy(study: Study, score: Estimate) -> str:
    """A mean as a point in its interval, the prior as a line, and both in numbers."""
    low, high = 100 * score.low, 100 * score.high
    return (
        f'<td role="cell" class="reach"><span class="scale" aria-hidden="true">'
        f'<i class="prior" style="left:{100 * study.prior.mean:.2f}%"></i>'
        f'<i class="range" style="left:{low:.2f}%;width:{max(high - low, 0.5):.2f}%"></i>'
        f'<i class="mean" style="left:{100 * score.mean:.2f}%"></i></span>'
        f'<span class="number">{percent(score.mean, 1)}</span> '
        f'<span class="interval">{low:.1f} to {high:.1f}</span></td>'
    )


def _gain(gain: Estimate) -> str:
    kind = "better" if gain.above else "worse" if gain.below else "unclear"
    told = f"{100 * gain.mean:+.1f}".replace("-", "−")
    between = f"{100 * gain.low:+.1f} to {100 * gain.high:+.1f}".replace("-", "−")
    return f'<span class="{kind}">{told}</span> <span class="interval">{between}</span>'


def _how(study: Study) -> str:
    fits = "1 fit" if study.seeds == 1 else f"{study.seeds} fits"
    return (
        f"{fits} of each strategy: {study.trained:,} rows fitted, {study.held_back:,} others held back to "
        f"choose by, {len(study.test):,} to test on, which no fit and no ranking has seen. Intervals are "
        "drawn over fits and test rows; differences are paired. The line in each bar is what always "
        f"answering “{text(study.majority)}” gets right. Encoding took {_seconds(study.encode_s)}, all fits "
        f"{_seconds(study.fit_s)}."
    )


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
