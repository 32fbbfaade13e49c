"""The panel "What if?": brush over the picture or strike out a word, and every strategy's answer moves.

Its events are its own: they read the visit as it is and hold nobody's turn.
"""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import gradio as gr
from anyio import CapacityLimiter, to_thread

from fusion.answer import Answer
from fusion.errors import Stopped, UserError
from fusion.explain.counterfactual import Move
from fusion.language import named, say
from fusion.lens import Lens
from fusion.paths import ASSETS
from fusion.ui import markup
from fusion.ui.components import Parts
from fusion.ui.failures import sentence
from fusion.ui.parts import is_reference, text
from fusion.ui.pictures import preview
from fusion.ui.session import Session, Visit, lens_of
from fusion.ui.told import Told
from fusion.what_if import Flips, changed, move_dict, smallest_flip

LOOK_S = 0.3  # between two looks at a search
GONE = "The picture is not remembered any more; ask about it again."
# For all visitors together; a search takes seconds, and one at a time leaves a core to everybody else.
_strokes, _searches = CapacityLimiter(2), CapacityLimiter(1)
_SCRIPTS = ("brush", "panel")  # joined, the body of one function


def what_if_panel(**options: Any) -> gr.HTML:
    """Its value is what `what_if_value` gives; the script asks for all else when it is needed, and gets it as
    the properties `picture`, `moved` and `flip`."""
    return markup.html(
        html_template=_template(),
        js_on_load="\n".join(
            (ASSETS / "what_if" / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS
        ),
        picture=None,
        moved=None,
        flip=None,
        **options,
    )


def what_if_value(session: Session, shown: Answer, lens: Lens) -> dict[str, Any]:
    """What may be changed, and the answers as they are. key: another for another input or other models."""
    assert session.reply is not None
    _, words = lens.encode(None, session.reply.question)
    return {
        "key": _key(session),
        "words": list(words.words[0]) if words is not None and words.words else [],
        "strategy": shown.strategy,
        "rows": [
            {"strategy": answer.strategy, "label": named(answer.label), "probability": answer.probability}
            for answer in session.reply.results
            if not is_reference(answer.strategy)
        ],
    }


def wire_what_if(parts: Parts) -> None:
    """The panel's events: it is opened, something in it is changed, or a flip is looked for."""
    on: dict[str, Any] = {
        "outputs": parts.what_if,
        "api_visibility": "private",
        "show_progress": "hidden",
        "trigger_mode": "multiple",  # "always_last" forgets what came with the last event
        "concurrency_id": "what-if",
        "concurrency_limit": None,
    }
    parts.what_if.expand(opened, parts.visit, **on)
    parts.what_if.input(moved, parts.visit, **on)
    parts.what_if.submit(searched, parts.visit, **on)


def opened(visit: Visit) -> Any:
    """The picture, sent to those alone who want to change it."""
    session = visit.session
    return gr.update(picture={"key": _key(session), "address": session.preview})


async def moved(event: Told, visit: Visit) -> Any:
    """Every strategy's answer without what was brushed over and struck out; only the last change is tried of
    those that wait."""
    told = {"ticket": event.ticket, "key": event.key}
    session, visit.tried = visit.session, max(visit.tried, event.ticket)

    def work() -> dict[str, Any] | None:
        stands = event.ticket == visit.tried and event.key == _key(session)
        return _moved(session, event.boxes, event.words) if stands else None

    try:
        found = await to_thread.run_sync(work, limiter=_strokes)
        return gr.skip() if found is None else gr.update(moved=told | found)
    except Exception as error:  # whatever it is, the visitor gets a sentence
        return gr.update(moved=told | {"error": sentence(error)})


async def searched(event: Told, visit: Visit) -> AsyncIterator[Any]:
    """The smallest change that flips a strategy's answer, and how far the search is meanwhile; it ends early
    where the answer it is about is shown no more, or another search was begun."""
    told = {"ticket": event.ticket, "key": event.key}
    session, visit.search = visit.session, (mine := object())
    if event.key != _key(session):  # a new answer has come meanwhile, which the browser does not know yet
        yield gr.update(flip=told | {"stopped": True})
        return
    so_far = {"done": 0, "total": 0}

    def progress(_: str, done: int, total: int) -> None:
        if visit.search is not mine or _key(visit.session) != _key(session):
            raise Stopped
        so_far.update(done=done, total=total)

    work = partial(_searched, session, event.strategy, progress)
    search = asyncio.create_task(to_thread.run_sync(work, limiter=_searches))
    try:
        while not search.done():
            yield gr.update(flip=told | so_far)
            await asyncio.wait({search}, timeout=LOOK_S)
        yield gr.update(flip=told | _flips_dict(search.result()))
    except Stopped:
        yield gr.update(flip=told | {"stopped": True})
    except Exception as error:  # as above
        yield gr.update(flip=told | {"error": sentence(error)})
    finally:  # also where the visitor leaves in between, and nobody waits for the search to stop
        visit.search = None if visit.search is mine else visit.search
        search.add_done_callback(lambda task: task.cancelled() or task.exception())


def _template() -> str:
    """Static, as the heat map's: the script fills it."""
    brush = say("Brush over the picture or strike out a word, and see every strategy’s answer move.")
    keys = say("By keyboard: arrow keys move the brush, space brushes, backspace undoes.")
    kept = say(
        "What you brush over is filled in from around it, and the picture is encoded anew; nothing of it is "
        "kept."
    )
    return f"""
<details class="panel what-if">
  <summary><h2>{text(say("What if?"))}</h2> <span class="fine">{text(brush)}</span></summary>
  <div class="what-if-body">
    <div class="what-if-given">
      <div class="label">{text(say("Brush over what should not be there"))}</div>
      <div class="what-if-frame"><img alt="{text(say("The picture"))}"><canvas tabindex="0" role="application"
        aria-label="{text(say("Brush over the picture"))}" aria-describedby="what-if-keys"></canvas></div>
      <div class="what-if-tools">
        <label><span class="label">{text(say("Brush"))}</span>
          <input class="what-if-brush" type="range" min="4" max="40" step="2" value="16"></label>
        <button type="button" class="chip what-if-undo">{text(say("Undo"))}</button>
        <button type="button" class="chip what-if-clear">{text(say("Clear"))}</button>
      </div>
      <p class="fine" id="what-if-keys">{text(keys)}</p>
      <p class="visually-hidden what-if-place" aria-live="polite"></p>
      <div role="group" aria-label="{text(say("Words to strike out"))}">
        <div class="label">{text(say("Press a word to strike it out"))}</div><div class="chips"></div></div>
      <div class="what-if-flip">
        <p class="what-if-shown"></p>
        <button type="button" class="what-if-search">{text(say("Smallest change that flips it"))}</button>
        <div class="what-if-progress" hidden><span class="bar" aria-hidden="true"><i></i></span>
          <span class="fine"></span></div>
        <div class="what-if-found" aria-live="polite"></div>
      </div>
    </div>
    <div class="what-if-told">
      <p class="what-if-verdict" aria-live="polite"></p>
      <p class="what-if-error" role="alert"></p>
      <table role="table">
        <thead role="rowgroup"><tr role="row">
          <th role="columnheader" scope="col">{text(say("Strategy"))}</th>
          <th role="columnheader" scope="col">{text(say("Answer"))}</th>
          <th role="columnheader" scope="col">{text(say("What if"))}</th>
          <th role="columnheader" scope="col">{text(say("Probability of the answer"))}</th></tr></thead>
        <tbody role="rowgroup"></tbody></table>
    </div>
  </div>
  <p class="fine">{text(kept)}</p>
</details>
"""


def _moved(session: Session, boxes: list[list[float]], words: list[int]) -> dict[str, Any]:
    lens, picture, question = _asked(session)
    found = changed(lens, picture, question, boxes, words, lens.strategies, session.by_hand)
    return {
        "rows": [_row(row) for row in found.moves],
        "painted": preview(found.picture) if boxes else None,
    }


def _row(moved: Move) -> dict[str, Any]:
    """How an answer moved, its labels as they are shown."""
    row = move_dict(moved)
    for when in ("before", "after"):
        row[when]["label"] = named(row[when]["label"])
    return row


def _searched(session: Session, strategy: str, progress: Any) -> Flips:
    lens, picture, question = _asked(session)
    if strategy not in lens.strategies:
        raise UserError(say("{strategy} is none of the strategies that answered.", strategy=strategy))
    return smallest_flip(lens, picture, question, strategy, session.by_hand.get(strategy, {}), progress)


def _flips_dict(flips: Flips) -> dict[str, Any]:
    found = flips.to_dict()
    return {"strategy": flips.strategy, "sentences": found["sentences"]} | {
        "words": found["words"] and found["words"]["struck"],
        "box": found["region"] and found["region"]["box"],
    }


def _asked(session: Session) -> tuple[Lens, Any, str]:
    """What the last answer was about; raises UserError where it is forgotten."""
    if session.picture is None or session.reply is None:
        raise UserError(say(GONE))
    return lens_of(session.models), session.picture, session.reply.question


def _key(session: Session) -> str:
    question = session.reply.question if session.reply else None
    return format(hash((session.preview, question, session.models)), "x")
