"""Layout and events of the tab."""

from typing import Any

import gradio as gr

from fusion.language import say
from fusion.paths import ASSETS
from fusion.tasks import TASKS
from fusion.ui.evaluate.accuracy_view import accuracy_view, types_view
from fusion.ui.evaluate.calibration_view import calibration_view
from fusion.ui.evaluate.explained_view import contributions_view, explained_view, looks_view
from fusion.ui.evaluate.marks import printed_by
from fusion.ui.evaluate.reports import Report, best, command, reports, strategies
from fusion.ui.evaluate.robust_view import few_shot_view, missing_view, robust_view
from fusion.ui.parts import text

_SCRIPT = (ASSETS / "evaluate" / "copy_and_choose.js").read_text(encoding="utf-8")


def add_evaluate_tab(tab: gr.Tab) -> None:
    """The components of the tab and what they do, in the Blocks at hand; filled when it is opened."""
    first = next(iter(reports()))
    intro = say(
        "What was measured on examples that nothing was fitted on, as the project's own commands wrote it "
        "down. Priors and the heads that see one modality stand beside every score."
    )
    gr.HTML(f'<p class="ev-intro">{text(intro)}</p>', apply_default_css=False)
    with gr.Row(elem_classes="ev-controls"):
        task = gr.Radio(list(reports()), value=first, label=say("Task"), elem_id="evaluate-task")
        strategy = gr.Dropdown(
            strategies(reports()[first]),
            value=best(reports()[first]),
            label=say("Strategy to look at closely"),
            elem_id="evaluate-strategy",
        )
    options: dict[str, Any] = {"apply_default_css": False, "js_on_load": _SCRIPT}
    scores = gr.HTML("", elem_id="evaluate-scores", **options)
    closely = gr.HTML("", elem_id="evaluate-closely", **options)
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    shown = [scores, closely]
    tab.select(_shown, [task, strategy], shown, **quiet)
    task.input(_another_task, task, [strategy, *shown], **quiet)
    strategy.input(_shown, [task, strategy], shown, **quiet)
    scores.select(_chosen, task, [strategy, *shown], **quiet)


def _shown(task: str, strategy: str) -> tuple[str, str]:
    """The table of all strategies, and all that is known of one."""
    report = reports()[task]
    about = f'<p class="ev-intro"><b>{text(task)}</b> {text(say(TASKS[task].summary))}</p>'
    panels = [
        types_view(report, strategy),
        calibration_view(report, strategy),
        looks_view(report, strategy),
        explained_view(report, strategy),
        contributions_view(report, strategy),
        robust_view(report, strategy),
        missing_view(report, strategy),
        few_shot_view(report),
    ]
    return about + accuracy_view(report, strategy), "".join(panels) + _unmeasured(report)


def _another_task(task: str) -> tuple[Any, ...]:
    report = reports()[task]
    chosen = best(report)
    return gr.Dropdown(strategies(report), value=chosen), *_shown(task, chosen)


def _chosen(task: str, event: gr.EventData) -> tuple[Any, ...]:
    strategy = str(event.value)
    return strategy, *_shown(task, strategy)


def _unmeasured(report: Report) -> str:
    """What was not measured for the task, with the command that would."""
    kinds = {
        "explanations": (say("explanations and contributions"), "--explain"),
        "robustness": (say("spoiled and missing inputs"), "--corrupt"),
    }
    without = [told for key, told in kinds.items() if key not in report]
    if not without or TASKS[report["task"]].zero_shot:
        return ""
    names = ", ".join(name for name, _ in without)
    title = text(say("Not measured for this task: {what}", what=names))
    commands = "".join(printed_by(command(report, option)) for _, option in without)
    return f'<section class="panel ev"><h2>{title}</h2>{commands}</section>'
