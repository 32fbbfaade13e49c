"""What is taken away, made when it is asked for; it goes to the browser and stays nowhere else."""

import base64
import itertools
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import gradio as gr
from anyio import CapacityLimiter, to_thread

from fusion.errors import UserError
from fusion.explain.explanation import Explanation
from fusion.language import say
from fusion.pairs import pair_or_default
from fusion.report import Report, as_html, report_of
from fusion.share import encode
from fusion.ui import mcp
from fusion.ui.explained import Wanted, steps
from fusion.ui.failures import sentence
from fusion.ui.faithful import wanted_of
from fusion.ui.session import Session, Visit, lens_of
from fusion.ui.take.handing import HANDING
from fusion.ui.take.snippets import SERVER, SNIPPETS, Asked, assistant, endpoints
from fusion.ui.take.state import example_of, state_of
from fusion.ui.told import Told

AT_ONCE = 1  # reports that are made, for all visitors together
FILES = {"html": "text/html", "json": "application/json"}
_count = itertools.count()  # so that the browser notices the same answer given twice


class Taking:
    """What the panel's event calls, with the workers that reports share. page: whose endpoints are told."""

    def __init__(self, page: gr.Blocks) -> None:
        self._page = page
        self._workers = CapacityLimiter(AT_ONCE)

    async def take(self, event: Told, visit: Visit, strategy: str, question: str) -> AsyncIterator[Any]:
        """A file, a link or code, in steps; another wish ends what goes on."""
        yield gr.skip()  # gradio empties what a generator without a value was to fill
        wish = str(event.value)
        if wish == "saved":  # the browser has it; gradio would remember it as long as the visitor stays
            yield gr.update(answer=None)
            return
        mine = visit.taking = object()
        session = visit.session
        try:
            if wish in FILES:
                async for told in self._file(wish, visit, session, strategy, lambda: visit.taking is mine):
                    yield _told(**told)
            elif wish == "link":
                yield _told(**await to_thread.run_sync(_link, session, strategy, question))
            elif wish == "code":
                yield _told(**await to_thread.run_sync(self._code, session, strategy))
        except Exception as error:  # whatever it is, the visitor gets a sentence
            yield _told(kind="failed", sentence=sentence(error))
        yield gr.skip()  # gradio sends what came last once more at the end

    async def _file(
        self, wish: str, visit: Visit, session: Session, strategy: str, still: Any
    ) -> AsyncIterator[dict[str, Any]]:
        """How far it is, and then the file, unless something else is wished for meanwhile."""
        run = partial(to_thread.run_sync, limiter=self._workers)
        yield _step(say("measuring the explanation"), 0)
        explanations: list[Explanation] = []
        _, wanted = await to_thread.run_sync(wanted_of, session, strategy, visit.explained.explainer)
        if isinstance(wanted, Wanted):
            measured = steps(visit.explained, wanted)
            done = 0
            while still() and (found := await run(_following, measured)) is not None:
                explanations, done = [found], done + 1
                yield _step(say("measuring the explanation"), done)
        if not still():
            return
        yield _step(say("writing the report"), 3)
        why_not = "" if isinstance(wanted, Wanted) else wanted
        data = await run(_written, wish, session, strategy, explanations, why_not)
        if still():
            content = base64.b64encode(data.encode()).decode()
            name = f"fusion-lens-report.{wish}"
            yield {"kind": "file", "name": name, "type": FILES[wish], "data": content}

    def _code(self, session: Session, strategy: str) -> dict[str, Any]:
        shown = session.shown(strategy)
        if shown is None or session.reply is None:
            raise UserError(say("Ask something first; then it can be taken away."))
        reply = session.reply
        picture = "" if session.picture is None else _file_name(session)
        asked = Asked(reply, shown.strategy, session.set_by_hand, picture)
        defaults = pair_or_default(reply.task, None, None) == (reply.image_encoder, reply.text_encoder)
        plain = defaults and not session.set_by_hand and not session.references
        note = say(
            "The server's endpoints answer with the task's own encoders and learned weights; what you chose "
            "otherwise only the package and the command line can do."
        )
        told = endpoints(self._page.get_api_info())
        for parameter in itertools.chain.from_iterable(endpoint["parameters"] for endpoint in told):
            parameter["means"] = say(parameter["means"])
        snippets = {say(name): snippet(asked) for name, snippet in SNIPPETS.items()}
        if mcp.allowed():
            snippets["MCP"] = assistant()
        return {
            "kind": "code",
            "snippets": snippets,
            "place": SERVER,
            "note": "" if plain else note,
            "endpoints": told,
        }


def handed_on(visit: Visit, strategy: str, question: str) -> Any:
    """What the page in another language opens, with what it takes the picture itself; empty where there is
    nothing to hand on."""
    session = visit.session
    if session.picture is None and session.reply is None and not question:
        return gr.update(carried={"n": next(_count), "code": "", "token": ""})
    state = state_of(session, strategy, question)
    code = encode(state if question == state.question else replace(state, typed=question))
    token = HANDING.give(session) if state.picture else ""
    return gr.update(carried={"n": next(_count), "code": code, "token": token})


def _link(session: Session, strategy: str, question: str) -> dict[str, Any]:
    state = state_of(session, strategy, question)
    holds = say("It opens the same picture, question and choices. Nothing of it is kept on a server.")
    if state.picture:
        holds = say(
            "The link holds a small copy of your picture, so numbers can differ a little; whoever has the "
            "link can see it."
        )
    return {"kind": "link", "code": encode(state), "holds": holds}


def _following(step: Iterator[Explanation]) -> Explanation | None:
    return next(step, None)


def _written(
    wish: str, session: Session, strategy: str, explanations: list[Explanation], why_not: str
) -> str:
    report = _report(session, strategy, explanations, why_not)
    return as_html(report) if wish == "html" else json.dumps(report.to_dict(), ensure_ascii=False, indent=1)


def _report(session: Session, strategy: str, explanations: list[Explanation], why_not: str) -> Report:
    shown, reply = session.shown(strategy), session.reply
    if shown is None or reply is None:
        raise UserError(say("Ask something first; then it can be taken away."))
    lens = lens_of(session.models)
    source = _file_name(session)
    return report_of(
        lens,
        session.picture,
        reply,
        shown.strategy,
        session.set_by_hand,
        explanations,
        source,
        unexplained=why_not,
    )


def _file_name(session: Session) -> str:
    """Of the picture in commands and code: an example's own, a visitor's is not known."""
    example = "" if session.picture is None else example_of(session.picture)
    return f"assets/{example}" if example else "picture.jpg"


def _step(what: str, done: int) -> dict[str, Any]:
    return {"kind": "working", "what": what, "share": (done + 0.5) / 4}


def _told(**answer: Any) -> Any:
    return gr.update(answer={"n": next(_count), **answer})
