"""The tab Your data."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import gradio as gr

from fusion.errors import UserError
from fusion.language import say
from fusion.own import OwnData, Workspace, sweep
from fusion.ui import markup
from fusion.ui.failures import sentence
from fusion.ui.jobs import allowed
from fusion.ui.own.brought_input import BroughtInput
from fusion.ui.own.example import SUMMARY
from fusion.ui.own.reading import OwnVisit, Uploads, taken
from fusion.ui.own.view import formats, nothing, refused, working
from fusion.ui.study import add_seeds, add_study, wire_study

LOOK_S = 0.3  # between two looks at what is read
STATE_SECONDS = 4 * 3600  # from when it was read, though the page be open still
# On a narrow screen the panel lies below the fold: bring up what has just begun or ended there.
REVEAL = """
let kind = '';
watch('value', () => {
  const now = element.querySelector('section')?.className ?? '';
  if (now === kind) return;
  kind = now;
  if (element.getBoundingClientRect().top < 0.7 * innerHeight) return;
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  element.scrollIntoView({behavior: calm ? 'auto' : 'smooth'});
});"""

Shown = tuple[Any, Any, Any, Any]  # the panel, the button that stops, the button that runs, the data


def add_own_tab() -> None:
    """The components of the tab and what they do, in the Blocks at hand."""
    sweep()
    visit = gr.State(OwnVisit(), delete_callback=OwnVisit.forget)
    own_state = gr.State(None, time_to_live=STATE_SECONDS, delete_callback=_expired)
    with gr.Row(elem_classes="columns"):
        with gr.Column(elem_classes="left", min_width=300):
            files = BroughtInput(
                label=say("A zip archive, or pictures with their table"),
                file_count="multiple",
                height=180,
                elem_id="brought",
            )
            markup.html(formats())
            with gr.Column(visible=allowed(), elem_id="own-hub"):
                name = gr.Textbox(
                    label=say("Or a public data set of the hub"),
                    placeholder=say("OWNER/NAME"),
                    info=say("Some thousands of its rows are fetched."),
                    max_length=200,
                    elem_id="own-name",
                )
                fetch = gr.Button(say("Fetch"), elem_id="own-fetch")
            example = gr.Button(say("Try it on an example"), elem_id="own-example")
            markup.html(f'<p class="fine">{say(SUMMARY)}</p>')
            private = say(
                "What you bring lies in a folder of this server's own until you leave or bring the next, and "
                "is sent nowhere."
            )
            markup.html(f'<p class="fine">{private}</p>')
        with gr.Column(elem_classes="right", min_width=300):
            panel = markup.live(nothing(), js_on_load=REVEAL, elem_id="own-preview")
            stop = gr.Button(say("Stop"), visible=False, elem_id="own-stop")
            seeds = add_seeds()
            run = gr.Button(say("Fit every strategy"), variant="primary", visible=False, elem_id="own-run")
    quiet: dict[str, Any] = {
        "api_visibility": "private",
        "show_progress": "hidden",
        "trigger_mode": "multiple",  # what is asked for last counts, however soon after
        "concurrency_id": "own",
        "concurrency_limit": None,
    }
    shown = [panel, stop, run, own_state]
    starts = [
        files.upload(bring, [visit, files], [files, *shown], **quiet),
        gr.on([fetch.click, name.submit], fetch_named, [visit, name], [files, *shown], **quiet),
        example.click(try_example, visit, [files, *shown], **quiet),
    ]
    for event in starts:
        event.then(follow, visit, shown, **quiet)
    stop.click(stop_reading, visit, stop, **quiet)
    wire_study(add_study(seeds), own_state, run)


def bring(visit: OwnVisit, uploads: Uploads) -> tuple[Any, ...]:
    """Begin to read what was uploaded."""
    title = uploads[0][1] if len(uploads) == 1 else say("{n:,} files", n=len(uploads))
    return _begun(visit, title, uploads)


def fetch_named(visit: OwnVisit, name: str) -> tuple[Any, ...]:
    """Begin to fetch a data set of the hub."""
    return _begun(visit, name.strip(), name.strip())


def try_example(visit: OwnVisit) -> tuple[Any, ...]:
    """Begin to read the example."""
    return _begun(visit, say("The example"), None)


def _begun(visit: OwnVisit, title: str, brought: Uploads | str | None) -> tuple[Any, ...]:
    """The panel of what is read from now on, led by the emptied upload."""
    workspace = Workspace()
    try:
        source = brought if brought is None else _source(brought, workspace)
        reading = visit.begin(title, source, workspace)
    except Exception as error:  # whatever it is, the visitor gets a sentence
        workspace.close()
        return None, *_failed(visit, error)
    return None, working(title, reading.job), *_buttons(stop=True), gr.skip()


def _source(brought: Uploads | str, workspace: Workspace) -> Any:
    if not isinstance(brought, str):
        return taken(brought, workspace)
    if not allowed():
        raise UserError(say("This server fetches nothing; bring files instead."))
    return brought


async def follow(visit: OwnVisit) -> AsyncIterator[Shown]:
    """Show how far the reading is until it is over or another has begun."""
    yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
    reading = visit.reading
    if reading is None:
        return
    while not reading.job.over and visit.reading is reading:
        yield working(reading.title, reading.job), *_buttons(stop=True), gr.skip()
        await asyncio.sleep(LOOK_S)
    if visit.reading is not reading:
        return
    visit.end()
    if reading.job.error is not None:
        yield _failed(visit, reading.job.error)
    else:
        yield reading.panel, *_buttons(run=True), reading.data


def stop_reading(visit: OwnVisit) -> Any:
    """Stop what is read."""
    if visit.reading is not None:
        visit.reading.job.stop()
    return gr.Button(say("Stopping…"), interactive=False)


def _failed(visit: OwnVisit, error: Exception) -> Shown:
    """Why nothing came of it, above what was read before."""
    kept = visit.kept
    panel = refused(sentence(error), "" if kept is None else kept.panel)
    return panel, *_buttons(run=kept is not None), gr.skip()


def _buttons(stop: bool = False, run: bool = False) -> tuple[Any, Any]:
    return gr.Button(say("Stop"), visible=stop, interactive=True), gr.Button(visible=run)


def _expired(data: OwnData | None) -> None:
    if data is not None and isinstance(data.keeps, Workspace):
        data.keeps.close()
