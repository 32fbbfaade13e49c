"""The answer that the shown one is compared with: sent when a visitor chooses it, and no turn is held."""

from typing import Any

import gradio as gr

from fusion.explain.explanation import DEFAULT
from fusion.ui.components import Parts
from fusion.ui.failures import sentence
from fusion.ui.faithful import relevance
from fusion.ui.heat import explainable, side
from fusion.ui.session import Visit, lens_of
from fusion.ui.told import Told


def wire_other_answer(parts: Parts) -> None:
    """Send the maps of the answer that the heat map asks for."""
    parts.heat.input(
        compared,
        parts.visit,
        parts.heat,
        api_visibility="private",
        show_progress="hidden",
        trigger_mode="multiple",  # "always_last" forgets what came with the last event
        concurrency_id="compare",
        concurrency_limit=2,
    )


def compared(event: Told, visit: Visit) -> Any:
    """The property `other` of the heat map: `side` of an answer, and its relevance by the named explainer."""
    session, asked = visit.session, event.value
    reply = session.reply
    results = () if reply is None else reply.results
    answer = next((answer for answer in results if answer.strategy == asked["strategy"]), None)
    if reply is None or answer is None:
        return gr.skip()
    other = side(answer, reply) | {"explainer": asked["explainer"] or DEFAULT}
    if explainable(answer, reply):
        try:
            other["relevance"] = _why(visit, reply.question, answer.strategy, other["explainer"])
        except Exception as error:  # told in the place of the map
            other["failed"] = sentence(error)
    return gr.update(other=other)


def _why(visit: Visit, question: str, strategy: str, explainer: str) -> dict[str, Any]:
    """What an explainer says of a strategy's answer, as the heat map takes it."""
    session, lens = visit.session, lens_of(visit.session.models)
    assert session.picture is not None
    settings = session.by_hand.get(strategy)
    strike = visit.explained.strike_of((session.picture, question, lens))
    return relevance(lens.explaining(session.picture, question, strategy, settings, strike).by(explainer))
