"""Layout and events of the lab."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

import fusion
from fusion.inputs import MAX_TEXT, clean_picture, clean_text
from fusion.language import say
from fusion.robustness.trying import tried
from fusion.tasks import TASKS
from fusion.ui import markup
from fusion.ui.drop_picture import drop_picture
from fusion.ui.examples import examples, strip
from fusion.ui.failures import sentence
from fusion.ui.lab.controls import Side, add_side
from fusion.ui.lab.given_view import given_view, nothing_yet
from fusion.ui.lab.measured_view import measured_view
from fusion.ui.lab.moves_view import moves_view
from fusion.ui.lab.visit import LabVisit
from fusion.ui.parts import text
from fusion.ui.picture_input import PictureInput
from fusion.ui.pictures import forget
from fusion.ui.told import Told

AT_ONCE = 2  # tries, for all visitors together
_CHOOSE = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-choice]');
  if (button) trigger('select', {value: button.dataset.choice});
});"""

# On a narrow screen the answers to a new input appear below the fold: bring up the controls above them.
_REVEAL = """
watch('value', () => {
  if (!element.querySelector('.lab-given')) return;
  if (element.getBoundingClientRect().top < 0.7 * innerHeight) return;
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  document.querySelector('.lab-controls').scrollIntoView({behavior: calm ? 'auto' : 'smooth'});
});"""


@dataclass(frozen=True, eq=False)
class LabParts:
    """The components of the tab."""

    visit: gr.State
    task: gr.Dropdown
    picture: PictureInput
    question: gr.Textbox
    go: gr.Button
    examples: gr.HTML
    alert: gr.HTML
    image: Side
    words: Side
    seed: gr.Number
    given: gr.HTML
    moves: gr.HTML
    measured: gr.HTML

    @property
    def inputs(self) -> list[Any]:
        """What `_answers` reads."""
        return [
            self.visit, self.task, self.question, self.seed, *self.image.inputs, *self.words.inputs,
        ]  # fmt: skip

    @property
    def outputs(self) -> list[Any]:
        """What `_answers` changes."""
        return [
            self.alert, self.given, self.moves, self.measured,
            *self.image.sliders.values(), *self.words.sliders.values(),
        ]  # fmt: skip


def add_lab_tab() -> None:
    """The components of the tab and what they do, in the Blocks at hand."""
    _wire(_layout())


def _layout() -> LabParts:
    task = next(iter(TASKS)).name
    found: dict[str, Any] = {"visit": gr.State(LabVisit(), delete_callback=LabVisit.forget)}
    told = say(
        "Real pictures are blurred, real questions are cut short. Spoil one or the other, or take it away: "
        "every strategy answers anew, beside how often it is still right on the test split."
    )
    markup.html(f'<p class="lab-intro">{told}</p>')
    with gr.Row(elem_classes="columns"):
        with gr.Column(elem_classes="left", min_width=300):
            found["task"] = gr.Dropdown(
                [record.name for record in TASKS if record.asked],
                value=task,
                label=say("Task"),
                info=say(next(iter(TASKS)).summary),
                elem_id="lab-task",
            )
            found["picture"] = drop_picture(220, "lab-picture")
            found["question"] = gr.Textbox(
                label=say("Question"),
                placeholder=say("What is this?"),
                max_length=MAX_TEXT,
                elem_id="lab-question",
            )
            found["go"] = gr.Button(say("Ask"), variant="primary", elem_id="lab-go")
            found["alert"] = markup.alert()
            found["examples"] = markup.html(
                strip(task),
                html_template=f'<h2 class="label">{say("Examples")}</h2>'
                '<div class="examples">${value}</div>',
                js_on_load=_CHOOSE,
                elem_id="lab-examples",
            )
        with gr.Column(elem_classes="right", min_width=300):
            with gr.Row(elem_classes="lab-controls"):
                for name in ("image", "text"):
                    with gr.Column(min_width=240):
                        found["image" if name == "image" else "words"] = add_side(name)
                with gr.Column(min_width=120, elem_classes="lab-seed"):
                    found["seed"] = gr.Number(
                        0,
                        label=say("Seed"),
                        info=say("Another noise, other words."),
                        precision=0,
                        minimum=0,
                        maximum=2**31,
                        elem_id="lab-seed",
                    )
            found["given"] = markup.html(nothing_yet(), js_on_load=_REVEAL, elem_id="lab-given")
            found["moves"] = markup.live(elem_id="lab-moves")
            found["measured"] = markup.html("", elem_id="lab-measured")
    return LabParts(**found)


def _wire(parts: LabParts) -> None:
    def on(
        triggers: list[Any], react: Any, inputs: list[Any], outputs: list[Any], mode: Any = "always_last"
    ) -> None:
        gr.on(
            triggers,
            react,
            inputs,
            outputs,
            api_visibility="private",
            show_progress_on=parts.moves,
            trigger_mode=mode,  # "always_last" keeps what came with the first event
            concurrency_id="lab",
            concurrency_limit=AT_ONCE,
        )

    def answers(*values: Any) -> list[Any]:
        return _answers(parts, *values)

    def uploaded(path: str | None, visit: LabVisit, *values: Any) -> list[Any]:
        try:
            picture = clean_picture(path)
        except Exception as error:  # the last picture stays, and what is shown of it
            told = [text(sentence(error)), *[gr.skip()] * (len(parts.outputs) - 1)]
            return [visit.preview, *told]
        finally:
            forget(path)
        visit.take(picture)
        return [visit.preview, *_answers(parts, visit, *values)]

    def cleared(visit: LabVisit, *values: Any) -> list[Any]:
        visit.forget()
        return _answers(parts, visit, *values)

    def example(event: Told, visit: LabVisit, task: str, _: str, *values: Any) -> list[Any]:
        chosen = examples(task)[event.number()]
        visit.take(clean_picture(chosen.picture))
        return [visit.preview, chosen.question, *_answers(parts, visit, task, chosen.question, *values)]

    def another_task(visit: LabVisit, task: str, *values: Any) -> list[Any]:
        return [gr.update(info=say(TASKS[task].summary)), strip(task), *_answers(parts, visit, task, *values)]

    given, shown = parts.inputs, parts.outputs
    controls = [parts.image.kind.input, parts.words.kind.input, parts.seed.input]
    controls += [slider.input for side in (parts.image, parts.words) for slider in side.sliders.values()]
    on([*controls, parts.go.click, parts.question.submit], answers, given, shown)
    on([parts.picture.upload], uploaded, [parts.picture, *given], [parts.picture, *shown])
    on([parts.picture.clear], cleared, given, shown)
    on([parts.examples.select], example, given, [parts.picture, parts.question, *shown], "multiple")
    on([parts.task.input], another_task, given, [parts.task, parts.examples, *shown])


def _answers(
    parts: LabParts, visit: LabVisit, task: str, question: str, seed: float | None, *values: Any
) -> list[Any]:
    """Every output of the tab, by what its controls say."""
    middle = len(parts.image.inputs)
    of_image, of_words = values[:middle], values[middle:]
    sliders = [*parts.image.shown(of_image[0]), *parts.words.shown(of_words[0])]
    try:
        asked = clean_text(question)
        if visit.picture is None or not asked:
            return ["", nothing_yet(visit.picture is not None, bool(asked)), "", "", *sliders]
        lens = fusion.load(task=task)
        changes = parts.image.read(of_image), parts.words.read(of_words)
        found = tried(lens, visit.picture, asked, *changes, int(seed or 0))
    except Exception as error:  # whatever it is, the visitor gets a sentence
        return [text(sentence(error)), *[gr.skip()] * 3, *sliders]
    return [
        "",
        given_view(asked, found, changes),
        moves_view(found),
        measured_view(lens.evaluation, changes, lens.default_strategy),
        *sliders,
    ]
