"""The page: picture and question left, answer right."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from fusion.encoders import ENCODERS
from fusion.inputs import MAX_TEXT
from fusion.language import LANGUAGES, say
from fusion.pairs import pair_or_default
from fusion.references import REFERENCES
from fusion.strategies import STRATEGIES
from fusion.tasks import TASKS
from fusion.ui import markup
from fusion.ui.answer_view import empty_card
from fusion.ui.api import add_endpoints
from fusion.ui.batch import add_batch_tab
from fusion.ui.blocks import Page
from fusion.ui.compare import add_compare_tab
from fusion.ui.components import Parts
from fusion.ui.drop_picture import drop_picture
from fusion.ui.evaluate import add_evaluate_tab
from fusion.ui.examples import strip
from fusion.ui.faithful import add_faithful, wire_faithful
from fusion.ui.head import TITLE
from fusion.ui.header import header
from fusion.ui.heat import heat_map
from fusion.ui.lab import add_lab_tab
from fusion.ui.languages import page_of
from fusion.ui.leaving import forgets_who_leaves
from fusion.ui.other_answer import wire_other_answer
from fusion.ui.own import add_own_tab
from fusion.ui.panel import add_panel, wire_panel
from fusion.ui.parts import text
from fusion.ui.reactions import Reaction, Reactions
from fusion.ui.regions import add_regions, wire_regions
from fusion.ui.session import Visit
from fusion.ui.settings import add_controls
from fusion.ui.story import add_story_tab
from fusion.ui.strategy_view import strategy_card
from fusion.ui.take import Take, add_take, wire_take
from fusion.ui.teach import add_teach_endpoint, add_teach_tab
from fusion.ui.what_if import what_if_panel, wire_what_if

# An uploaded file is deleted soon after it is read; this catches those that never are.
LEFT_OVER = (60, 300)  # look every so many seconds for files older than so many
# A click on any button that carries data-choice is a choice, whatever the component shows. The style sheet
# switches buttons off for the mouse, and this for the keyboard.
CHOOSE = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-choice]');
  if (!button || getComputedStyle(button).pointerEvents === 'none') return;
  trigger('select', {value: button.dataset.choice});
});"""
# The component drops the picture that it shows before it uploads the next, and shows none where that fails.
MISSED = """
let soon;
let shown = false;
new MutationObserver(() => {
  clearTimeout(soon);
  if (document.querySelector('#picture :is(img, .uploading)')) shown = true;
  else if (shown) {
    soon = setTimeout(() => {
      shown = false;
      trigger('select', {});
    }, 300);
  }
}).observe(element.closest('.left'), {childList: true, subtree: true});"""
# On a narrow screen a new answer appears below the fold: bring it up, with the strategies above it.
REVEAL = """
watch('value', () => {
  if (!element.querySelector('.answer')) return;
  if (element.getBoundingClientRect().top < 0.7 * innerHeight) return;
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  document.getElementById('strategy').scrollIntoView({behavior: calm ? 'auto' : 'smooth'});
});"""

Listen = Callable[..., Any]  # adds a listener to an event


@dataclass(frozen=True, eq=False)
class Asking:
    """The components that ask, which no reaction changes."""

    ask: gr.Button
    labels: gr.Textbox
    classify: gr.Button


def build() -> Page:
    """The whole page in every language, with its endpoints; no model is loaded before it is opened."""
    page = Page(title=TITLE, analytics_enabled=False, delete_cache=LEFT_OVER, fill_width=True)
    with page:
        add_endpoints()
        add_teach_endpoint()
    for code in LANGUAGES:
        with page_of(page, code):
            _build(page)
    return page


def _build(page: Page) -> None:
    """The page in the language that is spoken."""
    with gr.Row(elem_classes="top"):
        markup.html(header())
        badge = markup.html("", html_template='<dl class="badge">${value}</dl>', elem_id="badge")
    with gr.Tabs(elem_id="tabs"):
        with gr.Tab(say("Ask"), id="ask"):
            parts, asking, take = _layout(badge)
        with gr.Tab(say("Compare"), id="compare") as compare:
            compared = add_compare_tab(compare, parts)
        with gr.Tab(say("Tour"), id="story") as story:
            add_story_tab(story, parts)
        with page.lazy.tab(say("Teach"), "teach"):
            add_teach_tab()
        with page.lazy.tab(say("Your data"), "own"):
            add_own_tab()
        with page.lazy.tab(say("Lab"), "lab"):
            add_lab_tab()
        with page.lazy.tab(say("Evaluate"), "evaluate"):
            add_evaluate_tab()
        with page.lazy.tab(say("Batch"), "batch"):
            add_batch_tab()
    _wire(page, parts, asking, take, compared)
    forgets_who_leaves(page)


def _layout(badge: gr.HTML) -> tuple[Parts, Asking, Take]:
    task = next(iter(TASKS))
    strategy = task.default_strategy
    found: dict[str, Any] = {"visit": gr.State(Visit()), "badge": badge}
    with gr.Row(elem_classes="columns"):
        with gr.Column(elem_classes="left", min_width=300):
            found["picture"] = drop_picture(300, "picture")
            found["question"] = gr.Textbox(
                label=say(task.text_label),
                placeholder=say("What is this?"),
                lines=1,
                max_lines=4,
                max_length=MAX_TEXT,
                elem_id="question",
            )
            ask = gr.Button(say("Ask"), variant="primary", elem_id="ask")
            found["alert"] = markup.alert(js_on_load=MISSED)
            found["examples"] = markup.html(
                strip(task.name),
                html_template=f'<h2 class="label">{text(say("Examples"))}</h2>'
                '<div class="examples">${value}</div>',
                js_on_load=CHOOSE,
                elem_id="examples",
            )
            with gr.Accordion(say("Your own labels"), open=False, elem_id="own"):
                labels = gr.Textbox(
                    label=say("Labels, parted by commas"),
                    placeholder=say("cat, dog, teapot"),
                    info=say("Which of these does the picture show? Any words will do, nothing is trained."),
                    max_length=MAX_TEXT,
                    elem_id="labels",
                )
                classify = gr.Button(say("Classify"), elem_id="classify")
                found["typed"] = markup.html("", visible=False, elem_id="typed")
            with gr.Accordion(say("Task and encoders"), open=False, elem_id="models"):
                found["task"] = gr.Dropdown(
                    [record.name for record in TASKS if record.asked],
                    value=task.name,
                    label=say("Task"),
                    info=say(task.summary),
                )
                pair = pair_or_default(task.name, None, None)
                encoders = {"image": say("Image encoder"), "text": say("Text encoder")}
                for (modality, label), name in zip(encoders.items(), pair, strict=True):
                    found[f"{modality}_encoder"] = gr.Dropdown(
                        [record.name for record in ENCODERS if record.reads(modality)],
                        value=name,
                        label=label,
                        info=say(ENCODERS[name].summary),
                    )
                found["references"] = gr.CheckboxGroup(
                    REFERENCES.names(),
                    label=say("Reference models"),
                    info=say("Pretrained vision-language models that answer too; fetched only when you ask."),
                    elem_id="references",
                )
                found |= add_panel()
            markup.html(_privacy())
        with gr.Column(elem_classes="right", min_width=300):
            found["strategy"] = gr.Radio(
                STRATEGIES.names(), value=strategy, label=say("Fusion strategy"), elem_id="strategy"
            )
            found["controls"] = add_controls(strategy)
            with gr.Row(elem_classes="cards", equal_height=True):
                found["answer"] = markup.live(
                    empty_card(False), js_on_load=REVEAL, elem_id="answer", min_height=200
                )
                found["card"] = markup.html(strategy_card(strategy, None), elem_id="card")
            take = add_take()
            found["regions"] = add_regions()
            found["heat"] = heat_map(visible=False, elem_id="heat")
            found |= add_faithful()
    found["table"] = markup.html("", js_on_load=CHOOSE, visible=False, elem_id="all")
    found["what_if"] = what_if_panel(visible=False, elem_id="what-if")
    return Parts(**found), Asking(ask, labels, classify), take


def _wire(page: gr.Blocks, parts: Parts, asking: Asking, take: Take, compared: gr.HTML) -> None:
    react = Reactions(parts)
    check_after = wire_faithful(parts)

    def on(
        triggers: list[Any] | Listen,
        reaction: Reaction,
        inputs: Sequence[Any] = (),
        live: bool = False,
        carries: bool = False,
    ) -> Any:
        listen = partial(gr.on, triggers) if isinstance(triggers, list) else triggers
        event = listen(
            react.guarded(reaction, live),
            [*inputs, *parts.inputs],
            parts.outputs,
            api_visibility="private",
            show_progress="hidden" if live else "full",
            show_progress_on=parts.alert if live else parts.answer,  # a live one ends no other's
            # "always_last" keeps what came with the first event in the place of the last one's
            trigger_mode="multiple" if carries else "always_last",
            concurrency_id="page",  # one queue, so that what came first starts first
            concurrency_limit=None,  # what waits for its turn keeps nobody else from theirs
        )
        check_after(event.then)
        return event

    on([page.load], react.opened, live=True)
    on([parts.picture.upload], react.uploaded, [parts.picture, parts.question])
    on([parts.alert.select], react.missed, live=True)
    on([parts.picture.clear], react.cleared, live=True)
    on([asking.ask.click, parts.question.submit], react.asked, [parts.question])
    on([asking.classify.click, asking.labels.submit], react.typed, [asking.labels])
    on([parts.examples.select], react.example, carries=True)
    on([take.arrival.select], react.restored, carries=True)
    wire_take(page, parts, take)
    on([parts.strategy.input], react.chosen, live=True)
    by_name = [part.select for part in (parts.table, parts.heat, parts.what_if, compared)]
    on(by_name, react.chosen_by_name, live=True, carries=True)
    wire_what_if(parts)
    on([parts.references.input], react.references_changed, [parts.references])
    encoders = [parts.image_encoder.input, parts.text_encoder.input]
    changed = [
        on([parts.task.input], react.task_changed, [parts.question]),
        on(encoders, react.encoders_changed, [parts.question]),
    ]
    on([parts.offer_no.click], react.declined, live=True)
    wire_panel(parts, changed, lambda then: on(then, react.arrived, [parts.question], live=True))
    wire_regions(parts)
    wire_other_answer(parts)
    for control in parts.controls.all:
        on([control.own.input], react.chosen, live=True)
        on([control.slider.input], react.moved(control), live=True)


def _privacy() -> str:
    kept = say(
        "Your picture and question stay in the memory of this server; nothing is kept on disk or sent "
        "anywhere else."
    )
    return f'<p class="fine">{text(kept)}</p>'
