"""What happens in the tab Teach: what was changed is taught anew, and what is tried is answered."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from typing import Any

import gradio as gr
from anyio import CapacityLimiter, to_thread

from fusion.errors import Stopped, UserError
from fusion.inputs import clean_picture, clean_text
from fusion.language import say
from fusion.pairs import pair_or_default
from fusion.teach import Taught
from fusion.teach.file import to_file
from fusion.teach.head import Step
from fusion.teach.teaching import learned
from fusion.ui.failures import sentence
from fusion.ui.parts import text as safe
from fusion.ui.pictures import forget, preview
from fusion.ui.teach.lesson import EXAMPLE_QUERY, Given, Lesson, example, given
from fusion.ui.teach.view import answer_card, board, curve_card, trust_card, working_card
from fusion.ui.told import Told

LOOK_S = 0.2  # between two looks at work that goes on
FILE = "taught.safetensors"
# For all visitors together; reading and training take seconds.
_work = CapacityLimiter(2)
# What leaves the outputs as they are: board, alert, refused, answer, trust, tune, curve, download.
NOTHING: tuple[Any, ...] = tuple(gr.skip() for _ in range(8))


async def edited(event: Told, lesson: Lesson) -> AsyncIterator[tuple[Any, ...]]:
    """Something on the board was changed: it is taught anew, and tried again."""
    alert, picture = "", gr.skip()
    try:
        if event.act == "example":
            lesson.rows = await to_thread.run_sync(example)
            lesson.picture = await to_thread.run_sync(clean_picture, EXAMPLE_QUERY)
            picture = None if lesson.picture is None else preview(lesson.picture)
            lesson.changed()
        elif event.act == "pictures":
            alert = await _put(lesson, event.id, event.files, event.failed)
        else:
            _edit(lesson, event)
    except Exception as error:  # whatever it is, the visitor gets a sentence
        alert = sentence(error)
    async for shown in _taught_and_shown(lesson, alert):
        yield *shown, picture
        picture = gr.skip()


def _edit(lesson: Lesson, event: Told) -> None:
    acts: dict[str, Callable[[], None]] = {
        "add": lesson.add,
        "clear": lambda: _begin_anew(lesson),
        "remove": lambda: lesson.remove(event.id),
        "name": lambda: lesson.rename(event.id, event.value),
        "texts": lambda: lesson.write(event.id, event.value),
        "drop": lambda: lesson.drop(event.id),
    }
    acts[event.act]()


def _begin_anew(lesson: Lesson) -> None:
    lesson.rows = Lesson().rows
    lesson.changed()


async def _put(lesson: Lesson, number: int, files: list[dict[str, str]], failed: list[str]) -> str:
    """Uploaded pictures come to a class; sentences on those that do not."""
    found: list[Given] = []
    told = [say("{name} could not be uploaded; it may be too large.", name=name) for name in failed]
    for file in files:
        try:
            found.append(await to_thread.run_sync(given, file["path"], file["name"]))
        except UserError as error:
            told.append(str(error))
        finally:
            forget(file["path"])
    told.append(lesson.put(number, found))
    return " ".join(filter(None, told))


async def _taught_and_shown(lesson: Lesson, alert: str = "") -> AsyncIterator[tuple[Any, ...]]:
    """Teach by the rows as they are, where they were changed, and show how far that is; what was begun before
    another change ends."""
    labels, shots = lesson.usable()
    if lesson.taught is not None or len(labels) < 2:
        yield await _shown(lesson, alert)
        return
    version, far = lesson.version, [0, len(shots)]

    def progress(_: str, done: int, total: int) -> None:
        if lesson.version != version:
            raise Stopped
        far[:] = done, total

    work = asyncio.create_task(
        to_thread.run_sync(
            lambda: learned(labels, shots, *pair_or_default(None, None, None), progress=progress),
            limiter=_work,
        )
    )
    while not work.done():
        yield _waiting(lesson, alert, working_card(*far))
        await asyncio.wait({work}, timeout=LOOK_S)
    try:
        taught = work.result()
    except Stopped:
        yield NOTHING
        return
    except Exception as error:  # as above
        yield await _shown(lesson, sentence(error))
        return
    if lesson.version == version:
        lesson.taught = taught
        yield await _shown(lesson, alert)
    else:
        yield NOTHING


def _waiting(lesson: Lesson, alert: str, trust: str) -> tuple[Any, ...]:
    off = gr.Button(interactive=False)
    return board(lesson), safe(alert), "", gr.skip(), trust, off, "", off


async def _shown(lesson: Lesson, alert: str = "", refused: str = "") -> tuple[Any, ...]:
    """The outputs as the lesson is; what is wrong with the classes, and with what is tried."""
    reply = None
    if lesson.taught is not None and (lesson.picture is not None or lesson.text):
        try:
            reply = await to_thread.run_sync(lesson.taught.reply, lesson.picture, lesson.text)
        except Exception as error:  # as above
            refused = refused or sentence(error)
    ready = gr.Button(interactive=lesson.taught is not None)
    head = None if lesson.taught is None else lesson.taught.head
    curve = curve_card(lesson.history, None if head is None else head.kept)
    told = board(lesson), safe(alert), safe(refused)
    return *told, answer_card(lesson, reply), trust_card(lesson), ready, curve, ready


async def tried_picture(lesson: Lesson, path: str | None) -> tuple[Any, ...]:
    """A picture to try was uploaded; one that cannot be read leaves the last in its place."""
    refused = ""
    try:
        lesson.picture = await to_thread.run_sync(clean_picture, path)
    except Exception as error:  # as above
        refused = sentence(error)
    finally:
        forget(path)
    shown = await _shown(lesson, refused=refused)
    return *shown, None if lesson.picture is None else preview(lesson.picture)


async def cleared(lesson: Lesson) -> tuple[Any, ...]:
    lesson.picture = None
    return await _shown(lesson)


async def tried_text(lesson: Lesson, text: str) -> tuple[Any, ...]:
    """A text to try."""
    try:
        lesson.text = clean_text(text)
    except UserError as error:
        return await _shown(lesson, refused=str(error))
    return await _shown(lesson)


async def tuned(lesson: Lesson) -> AsyncIterator[tuple[Any, ...]]:
    """Fine-tune a head on top, its curve live."""
    before, version = lesson.taught, lesson.version
    if before is None:
        yield *(await _shown(lesson)), gr.skip()
        return
    lesson.stopping = False
    history: list[Step] = []

    def each(steps: list[Step]) -> None:
        history[:] = steps
        if lesson.stopping or lesson.version != version:
            raise Stopped

    work: asyncio.Task[Taught] = asyncio.create_task(
        to_thread.run_sync(before.fine_tuned, each, limiter=_work)
    )
    keep = gr.skip()
    while not work.done():
        curve = curve_card(history)
        off, on = gr.Button(interactive=False), gr.Button(visible=True)
        yield keep, "", keep, keep, keep, off, curve, keep, on
        await asyncio.wait({work}, timeout=LOOK_S)
    alert = ""
    try:
        found = work.result()
        if lesson.version == version:
            lesson.taught, lesson.history = found, tuple(history)
    except Exception as error:  # as above
        alert = sentence(error)
    yield *(await _shown(lesson, alert)), gr.Button(visible=False)


def stopped(lesson: Lesson) -> Any:
    """End the fine-tuning at its next step; the best head so far is kept."""
    lesson.stopping = True
    return gr.Button(visible=False)


def downloaded(lesson: Lesson) -> Any:
    """The file, for the browser to keep."""
    if lesson.taught is None:
        return gr.skip()
    return {"name": FILE, "data": base64.b64encode(to_file(lesson.taught)).decode()}
