"""Layout and events of the tab."""

from typing import Any

import gradio as gr

from fusion.language import say
from fusion.paths import ASSETS
from fusion.tasks import TASKS
from fusion.ui import markup
from fusion.ui.evaluate.accuracy_view import accuracy_view
from fusion.ui.evaluate.closely import closely, kinds_of
from fusion.ui.evaluate.reports import Report, best, reports, strategies
from fusion.ui.parts import text
from fusion.ui.told import Told

_SCRIPT = (ASSETS / "evaluate" / "copy_and_choose.js").read_text(encoding="utf-8")


def add_evaluate_tab() -> None:
    """The components of the tab and what they do, in the Blocks at hand."""
    report = next(iter(reports().values()))
    chosen = best(report)
    intro = say(
        "What was measured on examples that nothing was fitted on, as the project's own commands wrote it "
        "down. Priors and the heads that see one modality stand beside every score."
    )
    markup.html(f'<p class="ev-intro">{text(intro)}</p>')
    pills: dict[str, Any] = {"elem_classes": "ev-pills"}
    task = gr.Radio(
        list(reports()), value=report["task"], label=say("Task"), elem_id="evaluate-task", **pills
    )
    scores = markup.html(_scores(report, chosen), js_on_load=_SCRIPT, elem_id="evaluate-scores")
    with gr.Row(elem_classes="ev-controls"):
        strategy = gr.Dropdown(
            strategies(report),
            value=chosen,
            label=say("Strategy to look at closely"),
            elem_id="evaluate-strategy",
        )
        kinds = kinds_of(report, chosen)
        kind = gr.Radio(
            kinds, value=kinds[0][1], label=say("What was measured"), elem_id="evaluate-kind", **pills
        )
    near = markup.html(closely(report, chosen, kinds[0][1]), js_on_load=_SCRIPT, elem_id="evaluate-closely")
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    shown = [scores, kind, near]
    strategy.input(_shown, [task, strategy, kind], shown, **quiet)
    task.input(_another_task, [task, kind], [strategy, *shown], **quiet)
    scores.select(_chosen, [task, kind], [strategy, *shown], **quiet)
    kind.input(_near, [task, strategy, kind], near, **quiet)


def _shown(task: str, strategy: str, kind: str) -> tuple[Any, ...]:
    """The table of all strategies, and what is looked at of one; where that kind was not measured, the
    first that was."""
    report = reports()[task]
    kinds = kinds_of(report, strategy)
    kind = kind if kind in (name for _, name in kinds) else kinds[0][1]
    return _scores(report, strategy), gr.Radio(kinds, value=kind), closely(report, strategy, kind)


def _scores(report: Report, strategy: str) -> str:
    task = report["task"]
    about = f'<p class="ev-intro"><b>{text(task)}</b> {text(say(TASKS[task].summary))}</p>'
    return about + accuracy_view(report, strategy)


def _another_task(task: str, kind: str) -> tuple[Any, ...]:
    report = reports()[task]
    chosen = best(report)
    return gr.Dropdown(strategies(report), value=chosen), *_shown(task, chosen, kind)


def _chosen(task: str, kind: str, event: Told) -> tuple[Any, ...]:
    strategy = str(event.value)
    return strategy, *_shown(task, strategy, kind)


def _near(task: str, strategy: str, kind: str) -> str:
    return closely(reports()[task], strategy, kind)
