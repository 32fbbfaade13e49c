"""The layout of the tab Teach: classes left, what they teach right."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from fusion.inputs import MAX_TEXT
from fusion.language import say
from fusion.paths import ASSETS
from fusion.teach import MAX_EXAMPLES
from fusion.ui import markup
from fusion.ui.picture_input import PictureInput
from fusion.ui.teach import reactions
from fusion.ui.teach.lesson import Lesson
from fusion.ui.teach.view import answer_card, board, trust_card

# What is downloaded is made in the browser, so that no file of it lies on the server.
_DOWNLOAD = """
watch('value', () => {
  if (!props.value) return;
  const bytes = Uint8Array.from(atob(props.value.data), (letter) => letter.charCodeAt(0));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes], {type: 'application/octet-stream'}));
  link.download = props.value.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
});"""


@dataclass(frozen=True, eq=False)
class Parts:
    """The components of the tab."""

    lesson: gr.State
    board: gr.HTML
    alert: gr.HTML
    picture: PictureInput
    text: gr.Textbox
    refused: gr.HTML
    answer: gr.HTML
    trust: gr.HTML
    tune: gr.Button
    stop: gr.Button
    curve: gr.HTML
    download: gr.Button
    file: gr.HTML

    @property
    def outputs(self) -> list[Any]:
        """What the reactions fill."""
        told = [self.board, self.alert, self.refused]
        return [*told, self.answer, self.trust, self.tune, self.curve, self.download]


def add_teach_tab() -> None:
    """The components of the tab and what they do, in the Blocks at hand."""
    parts = _layout()
    _wire(parts)


def _layout() -> Parts:
    lesson = Lesson()
    state = gr.State(lesson, delete_callback=Lesson.forget)
    with gr.Row(elem_classes="columns teach"):
        with gr.Column(elem_classes="left", min_width=300):
            told = say(
                "Name two or more classes and give each 1 to {most} pictures, texts or both. They are used "
                "at once; nothing is trained.",
                most=MAX_EXAMPLES,
            )
            markup.html(f'<h2 class="label">{say("Classes")}</h2><p class="fine">{told}</p>')
            board_ = markup.html(
                board(lesson),
                html_template=_template(),
                js_on_load=(ASSETS / "teach" / "board.js").read_text(encoding="utf-8"),
                elem_id="teach-board",
            )
            alert = markup.alert(elem_id="teach-alert")
            private = say(
                "Your pictures and texts stay in the memory of this server until you leave; only what you "
                "download is kept."
            )
            markup.html(f'<p class="fine">{private}</p>')
        with gr.Column(elem_classes="right", min_width=300):
            with gr.Row(elem_classes="cards"):
                with gr.Column(min_width=200, elem_classes="teach-try"):
                    picture = PictureInput(
                        label=say("Picture to try"),
                        sources=["upload", "clipboard"],
                        buttons=[],
                        height=220,
                        alt_text=say("The picture that is tried"),
                        placeholder=say("Drop a picture to try here\nor click to choose one"),
                        elem_id="teach-picture",
                    )
                    refused = markup.alert(elem_id="teach-refused")
                    text = gr.Textbox(
                        label=say("Text to try"),
                        placeholder=say("A text, if you taught texts"),
                        max_length=MAX_TEXT,
                        lines=1,
                        elem_id="teach-text",
                    )
                answer = markup.live(answer_card(lesson, None), elem_id="teach-answer")
            trust = markup.live(trust_card(lesson), elem_id="teach-trust")
            with gr.Row(elem_classes="teach-actions"):
                tune = gr.Button(
                    say("Fine-tune"),
                    variant="primary",
                    interactive=False,
                    elem_id="teach-tune",
                    min_width=120,
                )
                stop = gr.Button(say("Stop"), visible=False, elem_id="teach-stop", min_width=120)
                download = gr.Button(
                    say("Download"), interactive=False, elem_id="teach-download", min_width=120
                )
            curve = markup.html("", elem_id="teach-curve")
            file = markup.html(None, html_template="", js_on_load=_DOWNLOAD)
    return Parts(
        state, board_, alert, picture, text, refused, answer, trust, tune, stop, curve, download, file
    )


def _template() -> str:
    """Of the board, with its tools."""
    tools = ("add", say("Add a class")), ("example", say("Show me an example")), ("clear", say("Start anew"))
    buttons = "".join(
        f'<button type="button" class="chip" data-act="{act}">{title}</button>' for act, title in tools
    )
    return (
        '<div class="teach-board"><div class="teach-rows"></div>'
        f'<div class="teach-tools">{buttons}</div></div>'
    )


def _wire(parts: Parts) -> None:
    on: dict[str, Any] = {
        "api_visibility": "private",
        "show_progress": "hidden",
        "trigger_mode": "multiple",
        "concurrency_id": "teach",
        "concurrency_limit": None,
    }
    parts.board.input(reactions.edited, parts.lesson, [*parts.outputs, parts.picture], **on)
    parts.picture.upload(
        reactions.tried_picture, [parts.lesson, parts.picture], [*parts.outputs, parts.picture], **on
    )
    parts.picture.clear(reactions.cleared, parts.lesson, parts.outputs, **on)
    parts.text.change(
        reactions.tried_text,
        [parts.lesson, parts.text],
        parts.outputs,
        **{**on, "trigger_mode": "always_last"},
    )
    parts.tune.click(reactions.tuned, parts.lesson, [*parts.outputs, parts.stop], **on)
    parts.stop.click(reactions.stopped, parts.lesson, parts.stop, **on)
    parts.download.click(reactions.downloaded, parts.lesson, parts.file, **on)
