"""Layout and events of the tour."""

from dataclasses import dataclass
from typing import Any

import gradio as gr
from PIL import Image

from fusion.errors import UserError
from fusion.inputs import clean_picture
from fusion.language import say
from fusion.lens import Lens
from fusion.paths import ASSETS
from fusion.story import run, tour
from fusion.strategies import STRATEGIES
from fusion.tasks import TASKS
from fusion.ui import markup
from fusion.ui.components import Parts
from fusion.ui.examples import examples
from fusion.ui.failures import sentence
from fusion.ui.parts import text
from fusion.ui.session import Settings, Visit, lens_of
from fusion.ui.story.nav_view import nav
from fusion.ui.story.view import nothing_yet, tour_view

AT_ONCE = 4  # tours that are made, for all visitors together
_STEPS = (ASSETS / "story" / "steps.js").read_text(encoding="utf-8")
_BEGIN = (ASSETS / "story" / "begin.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Input:
    """What the tour is of."""

    lens: Lens
    picture: Image.Image | None
    text: str
    settings: dict[str, Settings]


def add_story_tab(tab: gr.Tab, ask: Parts) -> None:
    """The components of the tab and what they do, in the Blocks at hand; `ask`: of the tab Ask."""
    default = next(iter(TASKS)).default_strategy
    with gr.Column(elem_id="tour"):
        on_example = gr.State(False)
        markup.html(nav(), js_on_load=_STEPS, elem_id="tour-nav")
        strategy = gr.Radio(
            STRATEGIES.names(), value=default, label=say("Fusion strategy"), elem_id="tour-strategy"
        )
        alert = markup.alert(elem_id="tour-alert")
        body = markup.html(nothing_yet(), js_on_load=_BEGIN, elem_id="tour-body")
    quiet: dict[str, Any] = {
        "api_visibility": "private",
        "show_progress_on": body,
        "concurrency_id": "tour",
        "concurrency_limit": AT_ONCE,
    }
    shown = [on_example, strategy, alert, body]
    tab.select(opened_tour, [ask.visit, ask.strategy, on_example], shown, **quiet)
    body.select(example_toured, [ask.visit, strategy], shown, **quiet)
    strategy.input(
        toured_again, [ask.visit, on_example, strategy], [alert, body], trigger_mode="always_last", **quiet
    )


def opened_tour(visit: Visit, strategy: str, on_example: bool) -> tuple[Any, ...]:
    """The tour of what the visitor gave on the tab Ask; while there is nothing, of the example."""
    if not _gave(visit) and not on_example:
        return False, gr.skip(), "", nothing_yet()
    return _toured(visit, strategy, not _gave(visit))


def example_toured(visit: Visit, strategy: str) -> tuple[Any, ...]:
    """The tour of the task's first example."""
    return _toured(visit, strategy, True)


def toured_again(visit: Visit, on_example: bool, strategy: str) -> tuple[Any, ...]:
    """The same tour with another strategy."""
    return _toured(visit, strategy, on_example)[2:]


def _gave(visit: Visit) -> bool:
    return visit.session.picture is not None or visit.session.reply is not None


def _toured(visit: Visit, strategy: str, on_example: bool) -> tuple[Any, ...]:
    """Whether it is of an example, the strategies to choose from, why there is no tour, and the steps; where
    there is none, the last stays."""
    try:
        given = _input(visit, on_example)
        name = strategy if strategy in given.lens.strategies else given.lens.default_strategy
        told = run(given.lens, given.picture, given.text, name, given.settings.get(name, {}))
        shown = tour_view(told, tour(told))
    except Exception as error:  # whatever it is, the visitor gets a sentence
        return on_example, gr.skip(), text(sentence(error)), gr.skip()
    return on_example, gr.Radio(given.lens.strategies, value=name), "", shown


def _input(visit: Visit, on_example: bool) -> Input:
    session = visit.session
    lens = lens_of(session.models)
    if on_example:
        found = examples(lens.task)
        if not found:
            raise UserError(say("This task has no example; give a picture on the tab Ask."))
        return Input(lens, clean_picture(found[0].picture), found[0].question, session.by_hand)
    question = "" if session.reply is None else session.reply.question
    return Input(lens, session.picture, question, session.by_hand)
