"""What the buttons of a study do; no visitor's turn is held meanwhile."""

import asyncio
import base64
from collections.abc import AsyncIterator
from typing import Any

import gradio as gr
from anyio import CapacityLimiter, to_thread

from fusion.data.samples import picture_of
from fusion.errors import Stopped, UserError
from fusion.explain.explanation import DEFAULT, Explanation
from fusion.inputs import clean_picture, clean_text
from fusion.language import later, say
from fusion.ui.answer_view import answer_card
from fusion.ui.failures import sentence
from fusion.ui.jobs import allowed
from fusion.ui.parts import text
from fusion.ui.pictures import forget, preview
from fusion.ui.study.board_view import board
from fusion.ui.study.components import StudyParts
from fusion.ui.study.errors_view import confusion_card, gallery, mistake_card
from fusion.ui.study.progress_view import ended, step_of, working
from fusion.ui.study.visit import Brought, StudyVisit
from fusion.ui.table_view import strategy_table
from fusion.ui.told import Told

LOOK_S = 0.5  # between two looks at the job
NOT_HERE = later(
    "This server fits nothing; run it on your own machine: {command}.",
    command="python -m fusion fit --data YOUR-DATA",
)
GONE = later("What you brought is not remembered any more; bring it again.")

_at_once = CapacityLimiter(1)  # explanations that are worked on, for all visitors together


def wire_study(parts: StudyParts, own_state: gr.State, run_button: gr.Button) -> None:
    """Fit what is brought when the button is pressed; whatever is brought next ends what was before.

    own_state: holds what was brought, or None.
    """
    quiet: dict[str, Any] = {
        "api_visibility": "private",
        "show_progress": "hidden",
        "trigger_mode": "multiple",
        "concurrency_id": "study",
        "concurrency_limit": None,
    }
    before = [parts.seeds, parts.panel, parts.stop, run_button, parts.results]
    errors = [parts.confusion, parts.gallery, parts.mistake]
    chosen = [parts.board, parts.take, *errors]
    own_state.change(brought, [parts.visit, own_state], before, **quiet)
    begun = run_button.click(start, [parts.visit, own_state, parts.seeds], before, **quiet)
    followed = begun.then(follow, parts.visit, before, **quiet)
    followed.then(opened, parts.visit, [*chosen, parts.tried, parts.alert], **quiet)
    parts.stop.click(stop, parts.visit, parts.stop, **quiet)
    parts.board.select(choose, parts.visit, [*chosen, parts.tried], **quiet)
    parts.tried.select(choose, parts.visit, [*chosen, parts.tried], **quiet)
    parts.gallery.select(look, parts.visit, parts.mistake, **quiet)
    parts.picture.upload(upload, [parts.visit, parts.picture], [parts.picture, parts.alert], **quiet)
    parts.picture.clear(cleared, parts.visit, None, **quiet)
    asked = [parts.ask.click, parts.question.submit]
    gr.on(asked, try_out, [parts.visit, parts.question], [parts.tried, parts.alert], **quiet)
    parts.take.click(take, parts.visit, parts.file, **quiet)


def brought(visit: StudyVisit, data: Brought | None) -> tuple[Any, ...]:
    """Something else is brought, or nothing any more: what was found before is forgotten."""
    visit.forget()
    return gr.Radio(visible=data is not None), "", *_buttons(), gr.Column(visible=False)


def start(visit: StudyVisit, data: Brought | None, seeds: int) -> tuple[Any, ...]:
    """Begin to fit."""
    try:
        if not allowed():
            raise UserError(say(NOT_HERE))
        if data is None:
            raise UserError(say(GONE))
        run = visit.begin(data, int(seeds))
    except Exception as error:  # whatever it is, the visitor gets a sentence
        return gr.skip(), ended(sentence(error), True), *_buttons(), gr.skip()
    return gr.Radio(visible=False), working(run.job, 0), *_buttons(run=True), gr.Column(visible=False)


async def follow(visit: StudyVisit) -> AsyncIterator[tuple[Any, ...]]:
    """Show how far it is, until it is over or another has begun."""
    skipped = (gr.skip(),) * 5
    yield skipped  # gradio empties what a generator without a value was to fill
    run, step = visit.run, 0
    if run is None or run.followed:  # no other has begun, and why is told
        return
    while not run.job.over and visit.run is run:
        step = step_of(run.job.what, step)
        yield gr.skip(), working(run.job, step), *_buttons(run=True, stopping=run.job.stopping), gr.skip()
        await asyncio.sleep(LOOK_S)
    if visit.run is not run:
        yield skipped
        return
    run.followed = True
    error = run.job.error
    if error is not None:
        visit.forget()
        told = ended(sentence(error), not isinstance(error, Stopped))
        yield gr.Radio(visible=True), told, *_buttons(), gr.Column(visible=False)
    else:
        yield gr.Radio(visible=True), "", *_buttons(), gr.Column(visible=True)


def stop(visit: StudyVisit) -> Any:
    """Stop it."""
    if visit.run is not None:
        visit.run.job.stop()
    return gr.Button(say("Stopping…"), interactive=False)


def opened(visit: StudyVisit) -> tuple[Any, ...]:
    """What came out, the recommended strategy chosen."""
    if visit.found is None:
        return (gr.skip(),) * 7
    visit.strategy, visit.row, visit.reply = visit.found.recommendation.choose, -1, None
    return *_shown(visit), "", ""


def choose(visit: StudyVisit, event: Told) -> tuple[Any, ...]:
    """Show another strategy's mistakes, hand over its file, and put its answer first."""
    if visit.found is None:
        return (gr.skip(),) * 6
    visit.strategy, visit.row = visit.found.result(str(event.value)).strategy, -1
    return *_shown(visit), _tried(visit)


async def look(visit: StudyVisit, event: Told) -> AsyncIterator[Any]:
    """Show one mistake large, then what spoke for it."""
    yield gr.skip()
    study, strategy, row = visit.found, visit.strategy, event.number()
    if study is None:
        return
    visit.row = row

    def still() -> bool:
        return (visit.found, visit.strategy, visit.row) == (study, strategy, row)

    mistake = next(one for one in study.mistakes(strategy) if one.row == row)
    try:
        picture = await to_thread.run_sync(picture_of, mistake.example.picture)
        yield mistake_card(mistake, strategy, picture, None)

        def explained() -> Explanation | str:
            asked = clean_text(mistake.example.text)
            if not asked:
                return say("There is no text, so there is nothing to explain beside the picture.")
            return study.lens().explaining(picture, asked, strategy).by(DEFAULT)

        told = await to_thread.run_sync(explained, limiter=_at_once)
        if still():
            yield mistake_card(mistake, strategy, picture, told)
    except Exception as error:  # whatever it is, the visitor gets a sentence
        if still():
            yield ended(sentence(error), True)
    yield gr.skip()


def upload(visit: StudyVisit, path: str | None) -> tuple[Any, Any]:
    """Take a picture in to try; a bad one leaves none."""
    try:
        visit.picture = clean_picture(path)
    except Exception as error:  # whatever it is, the visitor gets a sentence
        visit.picture = None
        return None, text(sentence(error))
    finally:
        forget(path)
    return None if visit.picture is None else preview(visit.picture), ""


def cleared(visit: StudyVisit) -> None:
    """Forget the picture that was tried."""
    visit.picture = None


def try_out(visit: StudyVisit, question: str) -> tuple[Any, Any]:
    """Every fitted strategy answers."""
    if visit.found is None:
        return gr.skip(), say(GONE)
    try:
        visit.reply = visit.found.lens().reply(visit.picture, question, "all")
    except Exception as error:  # whatever it is, the visitor gets a sentence
        return gr.skip(), text(sentence(error))
    return _tried(visit), ""


def take(visit: StudyVisit) -> Any:
    """The chosen strategy's file, for the browser to save."""
    if visit.found is None:
        return gr.skip()
    path = visit.found.file(visit.strategy)
    data = base64.b64encode(path.read_bytes()).decode()
    return gr.update(content={"name": path.name, "data": data})


def _shown(visit: StudyVisit) -> tuple[Any, ...]:
    """All that depends on the chosen strategy."""
    study, strategy = visit.found, visit.strategy
    assert study is not None
    file = say(
        "Download {strategy}, {size:.1f} MB, with its model card",
        strategy=strategy,
        size=study.result(strategy).bytes / 1e6,
    )
    return (
        board(study, strategy),
        gr.Button(file),
        confusion_card(study, strategy),
        gallery(study, strategy, visit.thumbnails),
        "",
    )


def _tried(visit: StudyVisit) -> str:
    reply = visit.reply
    if reply is None:
        return ""
    shown = next(answer for answer in reply.results if answer.strategy == visit.strategy)
    cards = answer_card(shown, reply, visit.strategy, False) + strategy_table(reply, shown, set())
    return cards.replace("answer-title", "tried-title").replace("all-title", "tried-all-title")


def _buttons(run: bool = False, stopping: bool = False) -> tuple[Any, Any]:
    """The button that stops and the one that starts."""
    word = say("Stopping…") if stopping else say("Stop")
    return gr.Button(word, visible=run, interactive=not stopping), gr.Button(interactive=not run)
