"""The card of the chosen strategy: its formula, a line on it, its test accuracy beside the baselines."""

from collections.abc import Sequence
from typing import Any

from fusion.results import noun
from fusion.strategies import STRATEGIES
from fusion.ui.parts import bar, is_baseline, is_reference, percent, text
from fusion.ui.reference_view import reference_card


def strategy_card(name: str, evaluation: dict[str, Any] | None, trials: Sequence[dict[str, Any]] = ()) -> str:
    """HTML; `evaluation` is the object of `evaluate --json`, or None where there is none.

    trials: those objects of other tasks that the same checkpoints were tried on. A reference model has a card
    of its own kind.
    """
    if is_reference(name):
        return reference_card(name)
    record = STRATEGIES[name]
    term = f' <span class="term" lang="zh">{text(record.term)}</span>' if record.term else ""
    return f"""
<section class="panel strategy" aria-labelledby="strategy-title">
  <h2 id="strategy-title">{text(record.name)}{term}</h2>
  <p>{text(record.summary)}</p>
  <p class="formula"><code>{text(record.formula)}</code></p>
  <p class="source">{text(record.source)}</p>
  {_accuracy(name, evaluation) if evaluation else ""}
  {"".join(_trial(name, trial) for trial in trials)}
</section>"""


def _accuracy(name: str, evaluation: dict[str, Any]) -> str:
    by_name = {result["strategy"]: result for result in evaluation["results"]}
    shown = [name] if name in by_name else []
    shown += [other for other in by_name if is_baseline(other) and other != name]
    rows = [_row(label, by_name[label]["accuracy"], "this" if label == name else "") for label in shown]
    rows.append(_row(f"best {noun(evaluation)}-only rule", evaluation["priors"]["text_only_rule"], "prior"))
    rows.append(_row("most frequent answer", evaluation["priors"]["majority"], "prior"))
    interval = ""
    if name in by_name:
        low, high = by_name[name]["interval"]
        interval = f", 95 % interval {100 * low:.1f} to {100 * high:.1f} %"
    return (
        f'<h3>Accuracy on the {text(evaluation["split"])} split</h3><ul class="bars">{"".join(rows)}</ul>'
        f'<p class="fine">{evaluation["n"]:,} {noun(evaluation)}s{interval}</p>'
    )


def _trial(name: str, report: dict[str, Any]) -> str:
    """One line on how the strategy and the baselines did on another task."""
    by_name = {result["strategy"]: result["accuracy"] for result in report["results"]}
    if name not in by_name:
        return ""
    others = [
        f"{other} {percent(by_name[other])}" for other in by_name if is_baseline(other) and other != name
    ]
    beside = f" ({', '.join(others)})" if others else ""
    scored = f"{report['n']:,} {noun(report)}s: {percent(by_name[name])}{beside}"
    return f'<p class="fine">On {text(report["task"])}, {scored}</p>'


def _row(label: str, accuracy: float, kind: str) -> str:
    return (
        f'<li class="{kind}"><span class="name">{text(label)}</span>{bar(accuracy)}'
        f'<span class="number">{percent(accuracy, 1)}</span></li>'
    )
