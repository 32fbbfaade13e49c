"""What the tab remembers is forgotten, and what it says of settings is translated."""

from dataclasses import replace

import pytest
from PIL import Image

from fusion.language import LANGUAGES, translations
from fusion.language.catalogue import ENGLISH
from fusion.strategies import STRATEGIES
from fusion.tasks import TASKS
from fusion.ui.compare.visit import CompareVisit, Side
from fusion.ui.session import Session, lens_of


def test_what_answers_otherwise_is_taken_over_though_the_input_is_the_same(drawing: Image.Image) -> None:
    alone = Session(picture=drawing)
    reply = lens_of(alone.models).reply(drawing, "", "all")
    answered = replace(alone, reply=reply)  # the picture alone, without a question
    sides = [Side(one) for one in (alone, answered, replace(answered, references=("vilt",)))]
    assert len({str(side.asked) for side in sides}) == 1 and len({str(side.told) for side in sides}) == 3


def test_who_leaves_is_forgotten(drawing: Image.Image) -> None:
    side = Side(Session(picture=drawing))
    visit = CompareVisit(now=side, pinned=side, taken=side.told)
    visit.forget()
    assert visit.now.session == Session()
    assert (visit.pinned, visit.taken) == (None, None)


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != ENGLISH])
def test_what_comes_from_records_is_translated(code: str) -> None:
    said = {parameter.label for record in STRATEGIES for parameter in record.parameters}
    assert said <= set(translations(code))
    assert {record.text_label for record in TASKS if record.asked} <= set(translations(code))
