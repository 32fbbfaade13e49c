"""The panel that tells whether the explanation on the screen can be believed; no visitor's turn is held.

An answer is explained once it is shown, in steps, and whatever comes meanwhile comes first: what is no
longer wanted ends at its next step, and what it found is not shown.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import gradio as gr
from anyio import CancelScope, CapacityLimiter, to_thread

from fusion.courtesy import in_background
from fusion.explain import EXPLAINERS
from fusion.explain.explanation import DEFAULT, Explanation
from fusion.language import say
from fusion.ui import markup
from fusion.ui.components import Parts
from fusion.ui.explained import Explained, Wanted, chosen, steps
from fusion.ui.failures import sentence
from fusion.ui.faithful_view import checking_card, faithful_card, introduction, told
from fusion.ui.parts import is_reference
from fusion.ui.session import Session, Visit, lens_of

AT_ONCE = 1  # explanations that are worked on, for all visitors together; answers have the rest
APART_S = 0.1  # between two updates: a page takes those that come at once for one, and drops the second
LIMIT_S = 60.0  # of work on one step of an explanation
Shown = tuple[Any, Any, Any]  # the drop-down, the panel and the heat map


def add_faithful() -> dict[str, Any]:
    """The components in the Blocks at hand, by their names in `Parts`."""
    with gr.Column(elem_id="faithful"):  # the style sheet hides it while its panel holds nothing
        markup.html(introduction())
        explainer = gr.Dropdown(
            EXPLAINERS.names(),
            value=DEFAULT,
            label=say("Explainer"),
            info=say(EXPLAINERS[DEFAULT].summary),
            elem_id="explainer",
        )
        panel = markup.live(padding=False)
    return {"explainer": explainer, "faithful": panel}


def wire_faithful(parts: Parts) -> Callable[[Callable[..., Any]], None]:
    """Check what another explainer says; gives back what has an event followed by a check."""
    checking = Checking()
    shown = [parts.explainer, parts.faithful, parts.heat]
    quiet: dict[str, Any] = {
        "api_visibility": "private",
        "show_progress": "hidden",
        "show_progress_on": parts.alert,
        "trigger_mode": "multiple",  # the newest need not wait for what it replaces
        "concurrency_id": "explanations",
        "concurrency_limit": None,  # here; see AT_ONCE
    }
    parts.explainer.input(checking.picked, [parts.visit, parts.strategy, parts.explainer], shown, **quiet)
    return lambda then: then(checking.check, [parts.visit, parts.strategy], shown, **quiet)


class Checking:
    """What the events call, with the workers that they share."""

    def __init__(self) -> None:
        self._workers = CapacityLimiter(AT_ONCE)

    async def picked(self, visit: Visit, strategy: str, explainer: str) -> AsyncIterator[Shown]:
        """Explain by another explainer from now on."""
        if explainer != visit.explained.shown:  # a drop-down that is only opened tells its choice too
            visit.explained.explainer = explainer
        async for shown in self.check(visit, strategy):
            yield shown

    async def check(self, visit: Visit, strategy: str) -> AsyncIterator[Shown]:
        """Explain the shown answer and check the explanation, unless another is wanted meanwhile."""
        yield gr.skip(), gr.skip(), gr.skip()  # gradio empties what a generator without a value was to fill
        memory, reply = visit.explained, visit.session.reply
        if memory.waiting is not None:
            memory.waiting.cancel()  # the last one's, where its turn has not come
        mine = memory.newest = object()

        def still() -> bool:
            return memory.newest is mine and visit.session.reply is reply

        def following() -> Explanation | None:
            with in_background(still, LIMIT_S):
                return next(step, None)

        try:
            about, wanted = await to_thread.run_sync(
                wanted_of, visit.session, strategy, visit.explained.explainer
            )
            if still():
                memory.turn_to(about)
                yield _before(memory, wanted)
            if isinstance(wanted, Wanted) and wanted.key not in memory.known:
                step = steps(memory, wanted)
                while found := await self._step(memory, mine, following):
                    if not still():
                        break
                    yield gr.skip(), faithful_card(found), gr.update(relevance=relevance(found))
        except Exception as error:  # whatever it is, the visitor gets a sentence
            if still():
                why = sentence(error)
                await asyncio.sleep(APART_S)
                yield gr.skip(), told(why), gr.update(relevance=_failed(visit, strategy, why))
        # Gradio sends what came last once more at the end, when another's may be shown.
        yield gr.skip(), gr.skip(), gr.skip()

    async def _step(
        self, memory: Explained, mine: object, work: Callable[[], Explanation | None]
    ) -> Explanation | None:
        """What the next step finds when its turn comes; None where another is wanted before it does."""
        scope = memory.waiting = CancelScope()
        with scope:
            await self._workers.acquire_on_behalf_of(mine)
        if scope.cancelled_caught:
            return None
        try:
            return await to_thread.run_sync(work)
        finally:
            self._workers.release_on_behalf_of(mine)


def wanted_of(session: Session, strategy: str, explainer: str) -> tuple[Any, Wanted | str]:
    """What is asked about, and of that what is to be explained, or why nothing can be."""
    answer, reply = session.shown(strategy), session.reply
    if answer is None or reply is None:
        return None, ""
    lens = lens_of(session.models)
    about = session.picture, reply.question, lens
    if is_reference(answer.strategy):
        return about, say(
            "{strategy} answers as a whole: it tells nothing that could be checked.", strategy=answer.strategy
        )
    if reply.modality == "image":
        return about, say("Only a picture was given: an explanation needs a picture and a text.")
    if reply.modality == "text" or session.picture is None:
        return about, say("Only a text was given: an explanation needs a picture and a text.")
    explainer, able = chosen(lens, answer.strategy, explainer)
    settings = session.by_hand.get(answer.strategy, {})
    return about, Wanted(lens, session.picture, reply.question, answer.strategy, settings, explainer, able)


def _before(memory: Explained, wanted: Wanted | str) -> Shown:
    """What is shown at once."""
    if isinstance(wanted, str):
        return gr.update(visible=False), told(wanted), gr.update(relevance=None)
    memory.shown = wanted.explainer
    summary = say(EXPLAINERS[wanted.explainer].summary)
    explainer = gr.update(choices=list(wanted.able), value=wanted.explainer, info=summary, visible=True)
    known = memory.known.get(wanted.key)
    if known is None:
        return explainer, checking_card(wanted.strategy), gr.update(relevance=None)
    return explainer, faithful_card(known), gr.update(relevance=relevance(known))


def _failed(visit: Visit, strategy: str, why: str) -> dict[str, Any] | None:
    """What the heat map says in the place of a map that it has not got yet."""
    answer = visit.session.shown(strategy)
    return None if answer is None else {"strategy": answer.strategy, "failed": why}


def relevance(explanation: Explanation) -> dict[str, Any]:
    """What the heat map draws of an explanation."""
    rows, columns = explanation.image.shape
    return {
        "strategy": explanation.strategy,
        "explainer": explanation.explainer,
        "rows": rows,
        "columns": columns,
        "image": explanation.image.flatten().tolist(),
        "words": list(explanation.words),
        "text": list(explanation.text),
    }
