"""The card of the chosen strategy: its formula, a line on it, its test accuracy beside the baselines."""

from collections.abc import Sequence
from typing import Any

from fusion.language import say
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
  <p>{text(say(record.summary))}</p>
  <p class="formula"><code>{text(say(record.formula))}</code></p>
  <p class="source" lang="en">{text(record.source)}</p>
  {_accuracy(name, evaluation) if evaluation else ""}
  {"".join(_trial(name, trial) for trial in trials)}
</section>"""


def _accuracy(name: str, evaluation: dict[str, Any]) -> str:
    by_name = {result["strategy"]: result for result in evaluation["results"]}
    shown = [name] if name in by_name else []
    shown += [other for other in by_name if is_baseline(other) and other != name]
    rows = [_row(label, by_name[label]["accuracy"], "this" if label == name else "") for label in shown]
    rows.append(
        _row(
            say("best {text}-only rule", text=noun(evaluation)),
            evaluation["priors"]["text_only_rule"],
            "prior",
        )
    )
    rows.append(_row(say("most frequent answer"), evaluation["priors"]["majority"], "prior"))
    size = {"n": f"{evaluation['n']:,}", "text": noun(evaluation)}
    told = say("{n} {text}s", **size)
    if name in by_name:
        low, high = (f"{100 * end:.1f}" for end in by_name[name]["interval"])
        told = say("{n} {text}s, 95 % interval {low} to {high} %", **size, low=low, high=high)
    title = say("Accuracy on the {split} split", split=say(evaluation["split"]))
    return f'<h3>{text(title)}</h3><ul class="bars">{"".join(rows)}</ul><p class="fine">{text(told)}</p>'


def _trial(name: str, report: dict[str, Any]) -> str:
    """One line on how the strategy and the baselines did on another task."""
    by_name = {result["strategy"]: result["accuracy"] for result in report["results"]}
    if name not in by_name:
        return ""
    others = [
        f"{other} {percent(by_name[other])}" for other in by_name if is_baseline(other) and other != name
    ]
    beside = f" ({', '.join(others)})" if others else ""
    size = {"task": report["task"], "n": f"{report['n']:,}", "text": noun(report)}
    line = text(say("On {task}, {n} {text}s:", **size))
    return f'<p class="fine">{line} {percent(by_name[name])}{beside}</p>'


def _row(label: str, accuracy: float, kind: str) -> str:
    return (
        f'<li class="{kind}"><span class="name">{text(label)}</span>{bar(accuracy)}'
        f'<span class="number">{percent(accuracy, 1)}</span></li>'
    )
