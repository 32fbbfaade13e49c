"""The panel that offers what is missing, and what its buttons do; no visitor's turn is held meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from typing import Any

import gradio as gr

from fusion.errors import MissingCheckpoint, MissingWeights, Stopped, UserError
from fusion.language import say
from fusion.ui import markup
from fusion.ui.components import Parts
from fusion.ui.failures import sentence
from fusion.ui.jobs import JOBS
from fusion.ui.offer import Names, Offer, offer_of, offered, under_way
from fusion.ui.session import Session, Visit

LOOK_S = 0.5  # between two looks at a job
Shown = tuple[Any, Any, Any]  # the panel's text and its two buttons


def add_panel() -> dict[str, Any]:
    """The components in the Blocks at hand, by their names in `Parts`."""
    with gr.Column(elem_id="offer"):  # the style sheet hides it while it holds no text
        told = markup.html("", visible=False)
        with gr.Row():
            go = gr.Button(
                say("Download"), variant="primary", visible=False, elem_id="offer-go", min_width=120
            )
            stop = gr.Button(say("Stop"), visible=False, elem_id="offer-stop", min_width=120)
            no = gr.Button(say("Not now"), elem_id="offer-no", min_width=120)
    return {"offer_text": told, "offer_go": go, "offer_stop": stop, "offer_no": no}


def wire_panel(parts: Parts, changed: Sequence[Any], then_open: Callable[[Callable[..., Any]], Any]) -> None:
    """Follow a job from the button that starts it, or from `changed`, where it goes on already."""
    shown = [parts.offer_text, parts.offer_go, parts.offer_stop]
    quiet: dict[str, Any] = {
        "api_visibility": "private",
        "show_progress": "hidden",
        "show_progress_on": parts.alert,
        "concurrency_id": "jobs",
        "concurrency_limit": None,
    }
    started = parts.offer_go.click(start, parts.visit, shown, **quiet)
    for event in (started, *changed):
        again = event.then(follow, parts.visit, shown, trigger_mode="multiple", **quiet)  # "once" may drop it
        then_open(again.then)
    parts.offer_stop.click(stop, parts.visit, parts.offer_stop, **quiet)


def put_up(
    parts: Parts,
    session: Session,
    error: MissingWeights | MissingCheckpoint,
    models: Names | None = None,
    references: tuple[str, ...] = (),
) -> dict[Any, Any]:
    """An update that offers the way out of the error, for `models` or for those on offer already.

    references: the reference models that are to answer afterwards.
    """
    if models is None and session.offer is not None:
        models = session.offer.models
    offer = replace(offer_of(error, models), references=references)
    told, go, stop = before(session, offer)
    return {
        parts.visit: replace(session, offer=offer),
        parts.offer_text: told,
        parts.offer_go: go,
        parts.offer_stop: stop,
    }


def taken_down(parts: Parts, session: Session) -> dict[Any, Any]:
    """An update with nothing on offer."""
    return {parts.visit: replace(session, offer=None), parts.offer_text: gr.HTML(visible=False)}


def start(visit: Visit) -> Shown:
    """Start the job that is on offer, or join it."""
    offer = visit.session.offer
    if offer is None:
        return gr.skip(), gr.skip(), gr.skip()  # the session of a visitor who was away for long
    try:
        visit.job = JOBS.start(offer.key, offer.work)
    except UserError as error:
        return before(visit.session, offer, str(error), failed=True)
    return _told(under_way(offer, visit.job)), gr.Button(visible=False), _stop_button(False)


async def follow(visit: Visit) -> AsyncIterator[Shown]:
    """Show how far the job on offer is until it is over or something else is on offer."""
    yield gr.skip(), gr.skip(), gr.skip()  # gradio empties what a generator without a value was to fill
    offer = visit.session.offer
    if offer is None:
        return
    visit.job = job = JOBS.running(offer.key) or visit.job
    if job is None or job.key != offer.key:
        return
    while not job.over and visit.session.offer is offer:
        yield _told(under_way(offer, job)), gr.Button(visible=False), _stop_button(job.stopping)
        await asyncio.sleep(LOOK_S)
    if visit.session.offer is offer:
        if job.error is not None:
            visit.job = None
            yield before(visit.session, offer, sentence(job.error), not isinstance(job.error, Stopped))
            return
        yield _told(under_way(offer, job)), gr.Button(visible=False), gr.Button(visible=False)
    # Gradio sends what came last once more at the end, when another follower's end may have opened it.
    yield gr.skip(), gr.skip(), gr.skip()


def stop(visit: Visit) -> Any:
    """Stop the job, for everybody who waits for it."""
    if visit.job is not None:
        visit.job.stop()
    return _stop_button(True)


def before(session: Session, offer: Offer, end: str = "", failed: bool = False) -> Shown:
    """The panel while nothing goes on."""
    task, image_encoder, text_encoder = session.models
    still = say(
        "Until then answers come from {image} with {text}, for {task}.",
        image=image_encoder,
        text=text_encoder,
        task=task,
    )
    button = gr.Button(offer.button, visible=bool(offer.button))
    return _told(offered(offer, still, end, failed)), button, gr.Button(visible=False)


def _told(text: str) -> Any:
    return gr.HTML(text, visible=True)


def _stop_button(stopping: bool) -> Any:
    return gr.Button(say("Stopping…") if stopping else say("Stop"), visible=True, interactive=not stopping)
