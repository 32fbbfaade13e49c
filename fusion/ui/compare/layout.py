"""The components of the tab."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from fusion.comparing import BY_ANSWER, LISTED
from fusion.explain.maps import OWN
from fusion.inputs import MAX_TEXT
from fusion.language import say
from fusion.pairs import pair_or_default
from fusion.paths import ASSETS
from fusion.strategies import STRATEGIES
from fusion.tasks import TASKS
from fusion.ui import markup
from fusion.ui.compare.given_view import nothing_yet
from fusion.ui.compare.maps_view import kinds
from fusion.ui.compare.visit import CompareVisit
from fusion.ui.drop_picture import drop_picture
from fusion.ui.examples import strip
from fusion.ui.picture_input import PictureInput
from fusion.ui.settings import Controls, add_controls

STATE_SECONDS = 3600
ALL, CHANGES, PAIR = "all", "changes", "pair"  # the three ways


@dataclass(frozen=True, eq=False)
class CompareParts:
    """Each under the name that reactions know it by."""

    visit: gr.State
    picture: PictureInput
    question: gr.Textbox
    go: gr.Button
    alert: gr.HTML
    examples: gr.HTML
    task: gr.Dropdown
    pair: gr.Dropdown
    controls: Controls
    given: gr.HTML
    pin: gr.Button
    back: gr.Button
    unpin: gr.Button
    way: gr.Radio
    order: gr.Dropdown
    explainer: gr.Dropdown
    strategy: gr.Dropdown
    told: gr.HTML

    @property
    def inputs(self) -> list[Any]:
        """What every reaction takes last, and `Chosen` reads."""
        chosen = [self.visit, self.question, self.task, self.pair, self.strategy]
        return [*chosen, self.way, self.order, self.explainer, *self.controls.inputs]

    @property
    def outputs(self) -> list[Any]:
        """Whatever a reaction may change."""
        blocks = [part for part in vars(self).values() if isinstance(part, gr.blocks.Block)]
        return [*blocks, *self.controls.inputs]


def pair_name(image_encoder: str, text_encoder: str) -> str:
    return f"{image_encoder} + {text_encoder}"


def orders() -> list[tuple[str, str]]:
    """What the answers can be sorted by, each with its title."""
    return [
        (say("as listed"), LISTED),
        (say("answer"), BY_ANSWER),
        (say("confidence"), "confidence"),
        (say("time"), "time"),
        (say("number of parameters"), "size"),
        (say("test accuracy"), "accuracy"),
    ]


def add_layout() -> CompareParts:
    """The components in the Blocks at hand."""
    found: dict[str, Any] = {
        "visit": gr.State(CompareVisit(), time_to_live=STATE_SECONDS, delete_callback=CompareVisit.forget)
    }
    intro = say("See every strategy on one input, or pin an input, change one thing, and see what that does.")
    markup.html(f'<p class="compare-intro">{intro}</p>')
    with gr.Row(elem_classes="columns"):
        with gr.Column(elem_classes="left", min_width=300):
            found |= _asking()
        with gr.Column(elem_classes="right", min_width=300):
            found |= _answers()
    return CompareParts(**found)


def _asking() -> dict[str, Any]:
    task = next(iter(TASKS))
    pair = pair_name(*pair_or_default(task.name, None, None))
    found: dict[str, Any] = {"picture": drop_picture(220, "compare-picture")}
    found["question"] = gr.Textbox(
        label=say("Question"),
        placeholder=say("What is this?"),
        lines=1,
        max_lines=4,
        max_length=MAX_TEXT,
        elem_id="compare-question",
    )
    found["go"] = gr.Button(say("Compare"), variant="primary", elem_id="compare-go")
    found["alert"] = markup.alert()
    title = say("Examples")
    found["examples"] = markup.html(
        strip(task.name),
        html_template=f'<h2 class="label">{title}</h2><div class="examples">${{value}}</div>',
        js_on_load=_script("choose"),
        elem_id="compare-examples",
    )
    with gr.Accordion(say("Task, encoders and settings"), open=False, elem_id="compare-models"):
        found["task"] = gr.Dropdown(
            [record.name for record in TASKS if record.asked],
            value=task.name,
            label=say("Task"),
            info=say(task.summary),
            elem_id="compare-task",
        )
        found["pair"] = gr.Dropdown(
            [pair],
            value=pair,
            label=say("Encoders"),
            info=say("The pairs that can answer at once; others are fetched or fitted on the tab Ask."),
            elem_id="compare-pair",
        )
        found["controls"] = add_controls(None)
    return found


def _answers() -> dict[str, Any]:
    task = next(iter(TASKS))
    found: dict[str, Any] = {"given": markup.html("", elem_id="compare-given")}
    with gr.Row(elem_classes="compare-tools"):
        found["way"] = gr.Radio(
            [
                (say("All strategies"), ALL),
                (say("What changed"), CHANGES),
                (say("One strategy on both"), PAIR),
            ],
            value=ALL,
            label=say("Show"),
            elem_id="compare-way",
        )
        with gr.Row(elem_classes="compare-pins"):
            for name, title in (
                ("pin", say("Pin this input")),
                ("back", say("Back to A")),
                ("unpin", say("Unpin")),
            ):
                found[name] = gr.Button(
                    title, visible=False, size="md", min_width=80, elem_id=f"compare-{name}"
                )
    with gr.Row(elem_classes="compare-tools"):
        found["order"] = gr.Dropdown(
            orders(), value=LISTED, label=say("Sort by"), min_width=140, elem_id="compare-order"
        )
        found["explainer"] = gr.Dropdown(
            [(title, name) for name, title in kinds().items()],
            value=OWN,
            label=say("Maps"),
            min_width=140,
            elem_id="compare-maps",
        )
        found["strategy"] = gr.Dropdown(
            STRATEGIES.names(),
            value=task.default_strategy,
            label=say("Strategy"),
            min_width=140,
            visible=False,
            elem_id="compare-strategy",
        )
    found["told"] = markup.html(
        nothing_yet(),
        html_template='<div class="compare-told">${value}</div>',
        js_on_load=_script("choose") + _script("stay"),
        elem_id="compare-told",
        min_height=200,
    )
    return found


def _script(name: str) -> str:
    return (ASSETS / "compare" / f"{name}.js").read_text(encoding="utf-8")
