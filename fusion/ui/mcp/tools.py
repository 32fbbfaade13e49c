"""What an assistant may call: the five endpoints, each picture told inside the call."""

from typing import Annotated, Any

from pydantic import Field

import fusion
from fusion.courtesy import in_background
from fusion.data_url import picture_in
from fusion.explain.explanation import DEFAULT
from fusion.teach.given import MAX_CLASSES, MAX_EXAMPLES
from fusion.ui.api import LIMIT_S
from fusion.ui.teach.endpoint import answered

Address = Annotated[
    str,
    Field(description="A picture as a data URL, data:image/png;base64,…; empty for none. No path, no link."),
]
Question = Annotated[str, Field(description="A question about the picture, in English; empty for none.")]
Text = Annotated[str, Field(description="A text that belongs to the picture; empty for none.")]
Task = Annotated[str, Field(description="scenes (the default one), easy-vqa or clipart-topics.")]
Strategy = Annotated[str, Field(description="A fusion strategy, all, or empty for the task's default one.")]
Explainer = Annotated[str, Field(description="What explains the answer; empty for the default one.")]
References = Annotated[
    str, Field(description="Reference models that answer too, parted by commas; empty for none.")
]
Labels = Annotated[str, Field(description="Labels parted by commas; empty for those of the task.")]
Pictures = Annotated[
    list[str],
    Field(
        description="Pictures that show the classes, each as a data URL.",
        max_length=MAX_CLASSES * MAX_EXAMPLES,
    ),
]
Classes = Annotated[
    str,
    Field(
        description="The class of each picture in their order: names parted by commas, or a JSON list of "
        'names or of {"label", "text"}; those beyond the pictures are texts by themselves.'
    ),
]
FineTune = Annotated[bool, Field(description="Whether to fine-tune a head as well.")]


def ask(
    picture: Address = "", question: Question = "", strategy: Strategy = "", task: Task = ""
) -> dict[str, Any]:
    """Ask a question about a picture; either may be left out. Gives answers with their probabilities, what
    picture and text contributed, and how accurate the strategy was on its test split."""
    return fusion.load(task=task or None).ask(picture_in(picture), question, strategy or None)


def compare(picture: Address = "", question: Question = "", references: References = "") -> dict[str, Any]:
    """Ask every fusion strategy the same question about a picture, and reference models."""
    named = [name.strip() for name in references.split(",") if name.strip()]
    return fusion.load().ask(picture_in(picture), question, "all", references=named)


def classify(
    picture: Address = "", text: Text = "", labels: Labels = "", task: Task = "", strategy: Strategy = ""
) -> dict[str, Any]:
    """Label a picture with a text; either may be left out. Typed labels need no training."""
    lens = fusion.load(task=task or None)
    return lens.classify(picture_in(picture), text, labels or None, strategy or None)


def explain(
    picture: Address,
    question: Question,
    strategy: Strategy = "",
    explainer: Explainer = "",
    task: Task = "",
) -> dict[str, Any]:
    """Why a question about a picture has its answer, patch by patch and word by word, and whether that can be
    trusted."""
    lens = fusion.load(task=task or None)
    with in_background(lambda: True, LIMIT_S):
        return lens.explain(picture_in(picture), question, strategy or None, explainer or DEFAULT)


def teach(
    pictures: Pictures,
    classes: Classes,
    picture: Address = "",
    text: Text = "",
    fine_tune: FineTune = False,
) -> dict[str, Any]:
    """Teach classes by 1 to 16 pictures or texts each, and classify a picture or a text by them. Nothing is
    kept."""
    opened = [picture_in(address) for address in pictures]
    return answered(opened, classes, picture_in(picture), text, fine_tune)


TOOLS = (ask, compare, classify, explain, teach)
