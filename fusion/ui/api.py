"""The endpoints /ask, /compare, /classify and /explain: for programs, the same answers as the page."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr

import fusion
from fusion.courtesy import in_background
from fusion.explain.explanation import DEFAULT
from fusion.explain.folder import asked_of, explain_each
from fusion.ui.failures import raised
from fusion.ui.files_input import FilesInput
from fusion.ui.picture_input import PictureInput
from fusion.ui.pictures import forget

LIMIT_S = 300.0  # of work on the explanations of one call, which give way to answers that a visitor waits for


def add_endpoints() -> None:
    """Register the endpoints in the Blocks at hand."""
    with gr.Row(visible=False):  # an endpoint needs components and an event; nobody can press this
        picture = PictureInput(label="Picture", sources=["upload"])
        question = gr.Textbox(label="Question")
        strategy = gr.Textbox(label="Strategy: a name, all, or nothing for the default one")
        task = gr.Textbox(label="Task, or nothing for the default one")
        text = gr.Textbox(label="Text")
        labels = gr.Textbox(label="Labels parted by commas, or nothing for those of the task")
        references = gr.Textbox(label="Reference models parted by commas, or nothing for none")
        explainer = gr.Textbox(label="Explainer, or nothing for the default one")
        folder = FilesInput(label="Several pictures in the place of one, or none", file_count="multiple")
        answer = gr.JSON(label="Answer")
        button = gr.Button("Ask")
    button.click(
        raised(ask),
        [picture, question, strategy, task],
        answer,
        api_name="ask",
        api_description="Ask a question about a picture; either may be left out.",
    )
    button.click(
        raised(compare),
        [picture, question, references],
        answer,
        api_name="compare",
        api_description="Ask every fusion strategy the same question about a picture, and reference models.",
    )
    button.click(
        raised(classify),
        [picture, text, labels, task, strategy],
        answer,
        api_name="classify",
        api_description="Label a picture with a text; either may be left out. Typed labels need no training.",
    )
    button.click(
        raised(explain),
        [picture, question, strategy, explainer, task, folder],
        answer,
        api_name="explain",
        api_description="Why a question about a picture, or about each of several, has its answer, patch by "
        "patch and word by word.",
    )


def ask(
    picture: str | None = None,
    question: str | None = None,
    strategy: str | None = None,
    task: str | None = None,
    references: Sequence[str] = (),
) -> dict[str, Any]:
    """What `python -m fusion ask --json` prints; the uploaded file is deleted soon after."""
    try:
        lens = fusion.load(task=task or None)
        strategies = strategy if strategy in ("all", "", None) else (strategy,)
        return lens.reply(picture, question, strategies or None, references=references).to_dict()
    finally:
        forget(picture)


def compare(
    picture: str | None = None, question: str | None = None, references: str | None = None
) -> dict[str, Any]:
    """`ask` with every strategy, and with these reference models."""
    named = [name.strip() for name in (references or "").split(",")]
    return ask(picture, question, "all", references=[name for name in named if name])


def classify(
    picture: str | None = None,
    text: str | None = None,
    labels: str | None = None,
    task: str | None = None,
    strategy: str | None = None,
) -> dict[str, Any]:
    """What `python -m fusion classify --json` prints; the uploaded file is deleted once it is read."""
    try:
        return fusion.load(task=task or None).classify(picture, text, labels or None, strategy or None)
    finally:
        forget(picture)


def explain(
    picture: str | None = None,
    question: str | None = None,
    strategy: str | None = None,
    explainer: str | None = None,
    task: str | None = None,
    folder: list[str] | None = None,
) -> dict[str, Any] | list[dict[str, Any]]:
    """What `python -m fusion explain --json` prints of one input, or of a folder with these files in it.

    The uploaded files are deleted once they are read.
    """
    try:
        lens = fusion.load(task=task or None)
        with in_background(lambda: True, LIMIT_S):
            if not folder:
                return lens.explain(picture, question, strategy or None, explainer or DEFAULT)
            asked = asked_of([Path(file) for file in folder], question)
            return [row for row, _ in explain_each(lens, asked, strategy or None, explainer or DEFAULT)]
    finally:
        for file in [picture, *(folder or ())]:
            forget(file)
