"""Layout and events of the tab."""

import asyncio
import base64
from collections.abc import AsyncIterator
from typing import Any

import gradio as gr

from fusion.errors import UserError
from fusion.language import say
from fusion.paths import ASSETS
from fusion.strategies import STRATEGIES
from fusion.tasks import TASKS
from fusion.ui import markup
from fusion.ui.batch.view import answered, brought, formats, nothing
from fusion.ui.batch.visit import BatchVisit
from fusion.ui.failures import sentence
from fusion.ui.own import REVEAL
from fusion.ui.own.brought_input import BroughtInput
from fusion.ui.own.reading import Uploads
from fusion.ui.own.view import refused, working
from fusion.ui.parts import text

LOOK_S = 0.3  # between two looks at the work
STATE_SECONDS = 3600
EVERY = "all"
_SAVE = (ASSETS / "study" / "save.js").read_text(encoding="utf-8")

Shown = tuple[Any, Any, Any, Any]  # the panel, the buttons that stop, answer and download


def add_batch_tab() -> None:
    """The components of the tab and what they do, in the Blocks at hand."""
    first = next(iter(TASKS))
    visit = gr.State(BatchVisit(), time_to_live=STATE_SECONDS, delete_callback=BatchVisit.forget)
    with gr.Row(elem_classes="columns"):
        with gr.Column(elem_classes="left", min_width=300):
            files = BroughtInput(
                label=say("A table with its pictures, or a zip"),
                file_count="multiple",
                height=180,
                elem_id="batch-files",
            )
            markup.html(formats())
            example = gr.Button(say("Try it on an example"), elem_id="batch-example")
            task = gr.Dropdown(
                [record.name for record in TASKS if record.asked],
                value=first.name,
                label=say("Task"),
                info=say(first.summary),
                elem_id="batch-task",
            )
            strategy = gr.Dropdown(
                _strategies(),
                value=first.default_strategy,
                label=say("Fusion strategy"),
                elem_id="batch-strategy",
            )
            private = say("What you bring lies in a folder of this server's own until you leave.")
            markup.html(f'<p class="fine">{text(private)}</p>')
        with gr.Column(elem_classes="right", min_width=300):
            panel = markup.live(nothing(), js_on_load=REVEAL, elem_id="batch-panel")
            with gr.Row(elem_classes="batch-buttons"):
                stop = gr.Button(say("Stop"), visible=False, elem_id="batch-stop")
                run = gr.Button(say("Answer them"), variant="primary", visible=False, elem_id="batch-run")
                save = gr.Button(say("Download the answers"), visible=False, elem_id="batch-save")
            file = markup.html("", js_on_load=_SAVE, content=None, elem_id="batch-file")
    quiet: dict[str, Any] = {
        "api_visibility": "private",
        "show_progress": "hidden",
        "trigger_mode": "multiple",
        "concurrency_id": "batch",
        "concurrency_limit": None,
    }
    shown = [panel, stop, run, save]
    for event in (
        files.upload(_bring, [visit, files], [files, *shown], **quiet),
        example.click(_try_example, [visit, task], [files, *shown], **quiet),
        run.click(_begin, [visit, task, strategy], [files, *shown], **quiet),
    ):
        event.then(_follow, visit, shown, **quiet)
    stop.click(_stop, visit, stop, **quiet)
    save.click(_save, visit, file, **quiet)
    task.input(_another_task, task, [task, strategy], **quiet)


def _strategies() -> list[tuple[str, str]]:
    return [*((name, name) for name in STRATEGIES.names()), (say("all of them"), EVERY)]


def _bring(visit: BatchVisit, uploads: Uploads) -> tuple[Any, ...]:
    """Begin to read what was uploaded."""
    try:
        visit.bring(uploads)
    except Exception as error:  # whatever it is, the visitor gets a sentence
        return None, *_failed(visit, error)
    return None, *_working(visit)


def _try_example(visit: BatchVisit, task: str) -> tuple[Any, ...]:
    """Begin to read the examples of the task."""
    try:
        visit.example(task)
    except Exception as error:  # whatever it is, the visitor gets a sentence
        return None, *_failed(visit, error)
    return None, *_working(visit)


def _begin(visit: BatchVisit, task: str, strategy: str) -> tuple[Any, ...]:
    """Begin to answer what was read."""
    try:
        if visit.batch is None or visit.batch.questions is None:
            raise UserError(say("What you brought is not remembered any more; bring it again."))
        visit.batch.ask(task, strategy)
    except Exception as error:  # whatever it is, the visitor gets a sentence
        return gr.skip(), *_failed(visit, error)
    return gr.skip(), *_working(visit)


async def _follow(visit: BatchVisit) -> AsyncIterator[Shown]:
    """Show how far it is until it is over or another has begun."""
    yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
    batch = visit.batch
    if batch is None:
        return
    job = batch.job
    while not job.over and visit.batch is batch and batch.job is job:
        yield _working(visit)
        await asyncio.sleep(LOOK_S)
    if visit.batch is not batch or batch.job is not job:
        return
    yield _result(visit) if job.error is None else _failed(visit, job.error)


def _stop(visit: BatchVisit) -> Any:
    """Stop what goes on."""
    if visit.batch is not None:
        visit.batch.job.stop()
    return gr.Button(say("Stopping…"), interactive=False)


def _save(visit: BatchVisit) -> Any:
    """The answers as a file, for the browser to save."""
    answers = None if visit.batch is None else visit.batch.answers
    if answers is None:
        return gr.skip()
    visit.saved += 1  # so that the same answers are saved as often as asked
    data = base64.b64encode(answers.csv()).decode()
    return gr.update(content={"name": "answers.csv", "data": data, "time": visit.saved})


def _another_task(task: str) -> tuple[Any, Any]:
    """What the task is, and its default strategy."""
    record = TASKS[task]
    return gr.Dropdown(info=say(record.summary)), gr.Dropdown(value=record.default_strategy)


def _working(visit: BatchVisit) -> Shown:
    assert visit.batch is not None
    return working(visit.batch.title, visit.batch.job), *_buttons(visit, stop=True)


def _result(visit: BatchVisit) -> Shown:
    """What was read, or answered."""
    batch = visit.batch
    assert batch is not None
    if batch.answers is not None:
        return answered(batch.title, batch.answers), *_buttons(visit)
    assert batch.questions is not None
    return brought(batch.title, batch.questions), *_buttons(visit)


def _failed(visit: BatchVisit, error: Exception) -> Shown:
    """Why nothing came of it, above what was read before."""
    kept = "" if visit.batch is None or visit.batch.questions is None else _result(visit)[0]
    return refused(sentence(error), kept), *_buttons(visit)


def _buttons(visit: BatchVisit, stop: bool = False) -> tuple[Any, Any, Any]:
    """The buttons that stop, answer and download."""
    batch = visit.batch
    stopping = stop and batch is not None and batch.job.stopping
    ready = batch is not None and batch.questions is not None and not stop
    done = ready and batch is not None and batch.answers is not None
    return (
        gr.Button(say("Stop"), visible=stop, interactive=not stopping),
        gr.Button(visible=ready, variant="secondary" if done else "primary"),
        gr.Button(visible=done, variant="primary"),
    )
