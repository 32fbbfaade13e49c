"""The components of a study on the page."""

from dataclasses import dataclass

import gradio as gr

from fusion.inputs import MAX_TEXT
from fusion.language import say
from fusion.paths import ASSETS
from fusion.ui import markup
from fusion.ui.drop_picture import drop_picture
from fusion.ui.study.visit import StudyVisit

_CHOOSE = (ASSETS / "study" / "choose.js").read_text(encoding="utf-8")
_REVEAL = (ASSETS / "study" / "reveal.js").read_text(encoding="utf-8")
_SAVE = (ASSETS / "study" / "save.js").read_text(encoding="utf-8")


@dataclass(frozen=True, eq=False)
class StudyParts:
    """seeds, panel, stop: before and while it runs. results: all that is shown of what came out. picture,
    question, ask, tried: to try it. take, file: to take a fitted file away."""

    visit: gr.State
    seeds: gr.Radio
    panel: gr.HTML
    stop: gr.Button
    results: gr.Column
    board: gr.HTML
    confusion: gr.HTML
    gallery: gr.HTML
    mistake: gr.HTML
    picture: gr.Image
    question: gr.Textbox
    ask: gr.Button
    alert: gr.HTML
    tried: gr.HTML
    take: gr.Button
    file: gr.HTML


def add_seeds() -> gr.Radio:
    """How many fits of each strategy; not seen before there is data."""
    return gr.Radio(
        [(say("1: quick"), 1), ("3", 3), (say("5: surer"), 5)],
        value=3,
        label=say("Fits of each strategy"),
        info=say("Each starts anew and holds other rows back: the more, the surer the intervals."),
        visible=False,
        elem_id="study-seeds",
    )


def add_study(seeds: gr.Radio) -> StudyParts:
    """The other components in the Blocks at hand; nothing of them is seen before there is data."""
    visit = gr.State(StudyVisit(), delete_callback=StudyVisit.forget)
    with gr.Column(elem_id="study"):
        panel = markup.live(elem_id="study-panel")
        stop = gr.Button(say("Stop"), visible=False, elem_id="study-stop")
        with gr.Column(visible=False, elem_id="study-results") as results:
            board = markup.html("", js_on_load=_CHOOSE, elem_id="study-board")
            with gr.Row(elem_classes="study-take"):
                take = gr.Button(say("Download"), elem_id="study-take")
                file = markup.html("", js_on_load=_SAVE, content=None, elem_id="study-file")
            confusion = markup.html("", elem_id="study-confusion")
            gallery = markup.html("", js_on_load=_CHOOSE, elem_id="study-gallery")
            mistake = markup.live(js_on_load=_REVEAL, elem_id="study-mistake")
            with gr.Column(elem_id="study-try"):
                markup.html(f"<h2>{say('Try it on something new')}</h2>")
                with gr.Row(elem_classes="columns"):
                    with gr.Column(elem_classes="left", min_width=280):
                        picture = drop_picture(240, "study-picture")
                        question = gr.Textbox(
                            label=say("Text"),
                            lines=1,
                            max_lines=4,
                            max_length=MAX_TEXT,
                            elem_id="study-question",
                        )
                        ask = gr.Button(say("Answer"), variant="primary", elem_id="study-ask")
                        alert = markup.alert()
                    with gr.Column(elem_classes="right", min_width=280):
                        tried = markup.live(js_on_load=_CHOOSE, elem_id="study-tried")
    return StudyParts(
        visit, seeds, panel, stop, results, board, confusion, gallery, mistake,
        picture, question, ask, alert, tried, take, file,
    )  # fmt: skip
