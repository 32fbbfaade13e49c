"""The leaderboard: what is recommended, and how good every strategy is beside what needs none, in HTML."""

from fusion.language import say
from fusion.percentage import signed
from fusion.study import Study
from fusion.study.result import BaselineResult, Result
from fusion.study.scores import Estimate
from fusion.ui.parts import is_baseline, percent, tag, text


def board(study: Study, chosen: str) -> str:
    """The whole panel; each strategy's name is a button that chooses it."""
    advice = study.recommendation
    ranked = sorted(study.results, key=lambda result: -study.scores[result.strategy].mean)
    rows = "".join(_row(study, result, chosen) for result in ranked)
    others = sorted(study.baselines, key=lambda other: -study.scores[other.name].mean)
    beside = "".join(_other(study, other) for other in others)
    title = say("{name}: which strategy?", name=text(study.record.name))
    return f"""
<section class="panel board" aria-labelledby="board-title">
  <h2 id="board-title">{title}</h2>
  <p class="note advice">{text(say(advice.sentence))}</p>
  {_cautions(study)}
  <table role="table">{_head(advice.single)}
    <tbody role="rowgroup">{rows}{_prior(study)}</tbody>
    {f'<tbody role="rowgroup" class="otherwise">{_heading()}{beside}</tbody>' if beside else ""}
  </table>
  <p class="fine">{_how(study)}</p>
</section>"""


def _head(single: str) -> str:
    over = say("Over {strategy}", strategy=text(single)) if single else say("Over the best single")
    return (
        f'<thead role="rowgroup"><tr role="row">'
        f'<th role="columnheader" scope="col">{say("Strategy")}</th>'
        f'<th role="columnheader" scope="col">{say("Right on the test")} '
        f'<span class="unit">{say("95 % interval")}</span></th>'
        f'<th role="columnheader" scope="col" class="n">{over} <span class="unit">{say("points")}</span></th>'
        f'<th role="columnheader" scope="col" class="n">{say("Size")} <span class="unit">kB</span></th>'
        f'<th role="columnheader" scope="col" class="n">{say("Answer")} <span class="unit">ms</span></th>'
        f'<th role="columnheader" scope="col" class="n">{say("Fit")} <span class="unit">s</span></th>'
        f"</tr></thead>"
    )


def _cautions(study: Study) -> str:
    lines = "".join(f"<li>{text(say(line))}</li>" for line in study.cautions)
    return f'<ul class="note warn">{lines}</ul>' if lines else ""


def _row(study: Study, result: Result, chosen: str) -> str:
    name = text(result.strategy)
    advice = study.recommendation
    advised = advice.worthwhile and result.strategy == advice.choose
    marks = tag(say("baseline")) if is_baseline(result.strategy) else ""
    marks += tag(say("recommended"), "good") if advised else ""
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
        f"{_fit(result.fit_s)}</tr>"
    )


def _other(study: Study, other: BaselineResult) -> str:
    told = f"{text(say(other.summary))} {text(other.source)}"
    return (
        f'<tr role="row"><th role="rowheader" scope="row" title="{told}">{text(say(other.name))}</th>'
        f"{_accuracy(study, study.scores[other.name])}{_empty(3)}{_fit(other.fit_s)}</tr>"
    )


def _fit(seconds: float) -> str:
    unit = f'<span class="unit"> {say("s to fit")}</span>'
    return f'<td role="cell" class="n fit">{seconds:.1f}{unit}</td>'


def _prior(study: Study) -> str:
    name = say("always “{answer}”", answer=text(study.majority))
    return (
        f'<tr role="row" class="prior"><th role="rowheader" scope="row">{name}{tag(say("prior"))}</th>'
        f"{_accuracy(study, study.prior)}{_empty(4)}</tr>"
    )


def _heading() -> str:
    title = say("What else could be done with the same tokens")
    return (
        f'<tr role="row" class="heading"><th role="rowheader" scope="rowgroup" colspan="6">{title}</th></tr>'
    )


def _empty(cells: int) -> str:
    return '<td role="cell" class="n"></td>' * cells


def _accuracy(study: Study, score: Estimate) -> str:
    """A mean as a point in its interval, the prior as a line, and both in numbers."""
    low, high = 100 * score.low, 100 * score.high
    between = say("{low} to {high}", low=f"{low:.1f}", high=f"{high:.1f}")
    return (
        f'<td role="cell" class="reach"><span class="scale" aria-hidden="true">'
        f'<i class="prior" style="left:{100 * study.prior.mean:.2f}%"></i>'
        f'<i class="range" style="left:{low:.2f}%;width:{max(high - low, 0.5):.2f}%"></i>'
        f'<i class="mean" style="left:{100 * score.mean:.2f}%"></i></span>'
        f'<span class="number">{percent(score.mean, 1)}</span> '
        f'<span class="interval">{between}</span></td>'
    )


def _gain(gain: Estimate) -> str:
    kind = "better" if gain.above else "worse" if gain.below else "unclear"
    told, low, high = (signed(100 * x, 1) for x in (gain.mean, gain.low, gain.high))
    between = say("{low} to {high}", low=low, high=high)
    return f'<span class="{kind}">{told}</span> <span class="interval">{between}</span>'


def _how(study: Study) -> str:
    return say(
        "{fits} of each strategy: {trained:,} rows fitted, {held_back:,} others held back to choose by, "
        "{tested:,} to test on, which no fit and no ranking has seen. Intervals are drawn over fits and test "
        "rows; differences are paired. The line in each bar is what always answering “{answer}” gets right. "
        "Encoding took {encoding}, all fits {fitting}.",
        fits=say("1 fit") if study.seeds == 1 else say("{n} fits", n=study.seeds),
        trained=study.trained,
        held_back=study.held_back,
        tested=len(study.test),
        answer=text(study.majority),
        encoding=_duration(study.encode_s),
        fitting=_duration(study.fit_s),
    )


def _duration(seconds: float) -> str:
    return say("{n:.0f} s", n=seconds) if seconds < 120 else say("{n:.0f} min", n=seconds / 60)
