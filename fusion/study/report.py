"""A study as plain types and as lines for a terminal."""

from typing import TYPE_CHECKING, Any

from fusion.study.result import Result
from fusion.study.scores import Estimate

if TYPE_CHECKING:
    from fusion.study.study import Study

MISTAKES = 100  # told, the most confident first
PAIRS = 10  # of classes that are taken for each other


def as_dict(study: "Study") -> dict[str, Any]:
    """The object that `fit --json` prints; accuracies and intervals are fractions of 1."""
    return {
        "task": study.record.name,
        "encoders": {"image": study.image_encoder, "text": study.text_encoder},
        "seeds": study.seeds,
        "labels": list(study.record.labels),
        "n": {"train": study.trained, "held_back": study.held_back, "test": len(study.test)},
        "priors": {
            "majority": {"label": study.majority, **_scored(study.prior)},
            "text_only_rule": study.rule,
        },
        "results": [_result(study, result) for result in study.results],
        "baselines": [
            {
                "name": baseline.name,
                "summary": baseline.summary,
                "source": baseline.source,
                **_scored(study.scores[baseline.name]),
                "fit_s": baseline.fit_s,
            }
            for baseline in study.baselines
        ],
        "recommendation": study.recommendation.to_dict(),
        "cautions": list(study.cautions),
        "confusion": {"strategy": study.result().strategy, **study.confusion().to_dict()},
        "mistakes": [mistake.to_dict() for mistake in study.mistakes()[:MISTAKES]],
        "encode_s": study.encode_s,
        "fit_s": study.fit_s,
    }


def _result(study: "Study", result: Result) -> dict[str, Any]:
    gain = study.gains.get(result.strategy)
    return {
        "strategy": result.strategy,
        "modality": result.modality,
        **_scored(study.scores[result.strategy]),
        "seeds": result.right.mean(1).tolist(),
        "validation": result.mean_validation,
        "over_single": None if gain is None else {"difference": gain.mean, "interval": gain.interval},
        "parameters": result.parameters,
        "bytes": result.bytes,
        "milliseconds": result.milliseconds,
        "fit_s": result.fit_s,
    }


def _scored(score: Estimate) -> dict[str, Any]:
    return {"accuracy": score.mean, "interval": score.interval}


def as_table(study: "Study") -> str:
    """The leaderboard, in percent and points."""
    single = study.recommendation.single
    over = f"over {single}" if single else ""
    lines = [
        study.recommendation.sentence,
        "",
        f"{study.record.name}, {len(study.test):,} test rows, {study.seeds} seeds, "
        f"{study.image_encoder} + {study.text_encoder}; {study.trained:,} rows fitted, {study.held_back:,} "
        "held back to choose by; 95 % intervals",
        f"encoded in {study.encode_s:.0f} s, all fits in {study.fit_s:.0f} s",
        "",
        f"{'strategy':<22}{'accuracy':>9}  {'interval':<15}{over + ', points':<30}{'held back':>10}"
        f"{'kB':>8}{'ms':>7}{'fit s':>8}",
        _line(f"always {study.majority!r}", study.prior),
    ]
    for result in study.results:
        gain = study.gains.get(result.strategy)
        told = "" if gain is None else _signed(gain)
        mark = "" if result.modality == "both" else " (baseline)"
        cells = f"{told:<30}{result.mean_validation:>10.1%}{result.bytes / 1000:>8.0f}"
        cells += f"{result.milliseconds:>7.1f}{result.fit_s:>8.1f}"
        lines.append(_line(result.strategy + mark, study.scores[result.strategy]) + cells)
    if study.baselines:
        lines += ["", "What else could be done with the same tokens:"]
    for baseline in study.baselines:
        row = _line(baseline.name, study.scores[baseline.name])
        lines.append(f"{row}{'':<30}{'':>10}{'':>8}{'':>7}{baseline.fit_s:>8.1f}")
    pairs = study.confusion().pairs(PAIRS)
    if pairs:
        lines += ["", f"What {study.result().strategy} takes for what, most often:"]
        lines += [f"  {truth} for {answer}: {count}" for truth, answer, count in pairs]
    return "\n".join([*lines, *(f"Note: {line}" for line in study.cautions)])


def _line(name: str, score: Estimate) -> str:
    return f"{name:<22}{score.mean:>9.1%}  {f'{100 * score.low:.1f}–{100 * score.high:.1f}':<15}"


def _signed(gain: Estimate) -> str:
    return f"{100 * gain.mean:+.1f} ({100 * gain.low:+.1f} to {100 * gain.high:+.1f})"
