"""The endpoint /teach: for programs, classes from a few uploaded examples, and an answer by them."""

import json
from collections.abc import Sequence
from typing import Any

import gradio as gr

from fusion.errors import UserError
from fusion.inputs import clean_picture, clean_text
from fusion.teach import teach
from fusion.teach.given import MAX_CLASSES, MAX_EXAMPLES, Example, Picture
from fusion.ui.failures import raised
from fusion.ui.files_input import FilesInput
from fusion.ui.picture_input import PictureInput
from fusion.ui.pictures import forget

FORM = (
    'Give the class of each file in their order: ["cat", {"label": "dog", "text": "a poodle"}] or: cat, dog.'
)


def add_teach_endpoint() -> None:
    """Register it in the Blocks at hand."""
    with gr.Row(visible=False):  # an endpoint needs components and an event; nobody can press this
        files = FilesInput(label="Pictures of the classes", file_count="multiple")
        classes = gr.Textbox(
            label="The class of each file in their order: names parted by commas, or a JSON list of names or "
            'of {"label", "text"}; those beyond the files are texts by themselves'
        )
        picture = PictureInput(label="Picture to classify, or none", sources=["upload"])
        text = gr.Textbox(label="Text to classify, or none")
        fine_tune = gr.Checkbox(label="Fine-tune a head as well")
        found = gr.JSON(label="Answer")
        button = gr.Button("Teach")
    button.click(
        raised(taught),
        [files, classes, picture, text, fine_tune],
        found,
        api_name="teach",
        api_description="Teach classes by 1 to 16 pictures or texts each, and classify a picture or a text "
        "by them. Nothing is kept.",
    )


def taught(
    files: list[str] | None = None,
    classes: str | None = None,
    picture: str | None = None,
    text: str | None = None,
    fine_tune: bool = False,
) -> dict[str, Any]:
    """What was taught, as `Taught.to_dict` says, and the answer to what is asked, under "results"; the
    uploaded files are deleted soon after."""
    try:
        return answered(files or [], classes or "", picture, text, fine_tune)
    finally:
        for file in [picture, *(files or ())]:
            forget(file)


def answered(
    pictures: Sequence[Picture], classes: str, picture: Picture, text: str | None, fine_tune: bool
) -> dict[str, Any]:
    """The same of pictures that may be opened already."""
    known = teach(_examples(pictures, classes))
    if fine_tune:
        known = known.fine_tuned()
    asked = clean_picture(picture), clean_text(text)
    results = known.reply(*asked).to_dict("text", top=None)["results"] if any(asked) else []
    return known.to_dict() | {"results": results}


def _examples(files: Sequence[Picture], classes: str) -> dict[str, list[Example]]:
    """Files and texts by class; raises UserError where the classes do not fit them."""
    entries = _entries(classes)
    if len(entries) > MAX_CLASSES * MAX_EXAMPLES:
        raise UserError(f"Give up to {MAX_EXAMPLES} examples of up to {MAX_CLASSES} classes.")
    if len(entries) < len(files):
        raise UserError(f"There are {len(files)} files and {len(entries)} classes. {FORM}")
    found: dict[str, list[Example]] = {}
    for i, (label, told) in enumerate(entries):
        picture = files[i] if i < len(files) else None
        if picture is None and not told:
            raise UserError(f"An example of {label} has neither a file nor a text. {FORM}")
        found.setdefault(label, []).append((picture, told))
    return found


def _entries(classes: str) -> list[tuple[str, str]]:
    """(label, text) of each."""
    if not classes.lstrip().startswith("["):
        return [(clean_text(name), "") for name in classes.split(",") if name.strip()]
    try:
        listed = json.loads(classes)
        entries = [entry if isinstance(entry, dict) else {"label": entry} for entry in listed]
        found = [(entry["label"], entry.get("text") or "") for entry in entries]
    except (ValueError, KeyError, RecursionError) as error:
        raise UserError(f"The classes cannot be read. {FORM}") from error
    if not all(isinstance(part, str) for entry in found for part in entry):
        raise UserError(f"The classes cannot be read. {FORM}")
    return [(clean_text(label), text) for label, text in found]
