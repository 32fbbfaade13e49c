"""The panel of words and regions: measured when a visitor asks; no visitor's turn is held meanwhile."""

from collections.abc import Mapping
from typing import Any

import gradio as gr
from PIL import Image

from fusion.answer import Answer, Reply
from fusion.explain.mm_shap import Shares
from fusion.lens import Lens
from fusion.ui import markup
from fusion.ui.components import Parts
from fusion.ui.failures import sentence
from fusion.ui.regions_view import regions_failed, regions_found, regions_under_way
from fusion.ui.session import Session, Visit, lens_of

EXPLAINER = "shapley"
AT_ONCE = 2  # measurements, for all visitors together
# A click on its button asks. The parts of the picture are laid over it in its own proportions.
_SCRIPT = """
element.addEventListener('click', (event) => {
  if (event.target.closest('[data-choice]')) trigger('select', {});
});
watch('value', () => {
  const areas = element.querySelector('.areas');
  const picture = document.querySelector('#picture img');
  if (!areas || !picture) return;
  areas.style.backgroundImage = `url("${picture.src}")`;
  areas.style.aspectRatio = `${picture.naturalWidth} / ${picture.naturalHeight}`;
});"""


def add_regions() -> gr.HTML:
    """The component in the Blocks at hand."""
    return markup.live(js_on_load=_SCRIPT, elem_id="regions")


def wire_regions(parts: Parts) -> None:
    """What a click does: say that it works, measure, and show it where it is still asked for."""
    given = [parts.visit, parts.strategy]
    # "once" would drop what is asked while another answer is still being measured.
    quiet: dict[str, Any] = {
        "api_visibility": "private",
        "show_progress": "hidden",
        "trigger_mode": "multiple",
        "concurrency_limit": AT_ONCE,
    }
    asked = parts.regions.select(begin, given, parts.regions, **quiet)
    measured = asked.then(measure, given, None, **quiet)
    measured.then(show, given, parts.regions, **quiet)


def begin(visit: Visit, strategy: str) -> str:
    """The panel while it works."""
    answer = visit.session.shown(strategy)
    return "" if answer is None else regions_under_way(answer)


def measure(visit: Visit, strategy: str) -> None:
    """Measure the shown answer and leave the panel in the visit."""
    session = visit.session
    answer = session.shown(strategy)
    if answer is not None and session.reply is not None and session.picture is not None:
        panel = _measured(session, session.picture, session.reply, answer)
        visit.measured[answer.strategy] = answer, panel


def _measured(session: Session, picture: Image.Image, reply: Reply, answer: Answer) -> str:
    settings = session.by_hand.get(answer.strategy, {})
    try:
        shares = measured_shares(lens_of(session.models), picture, reply.question, answer.strategy, settings)
    except Exception as error:  # whatever it is, the visitor gets a sentence
        return regions_failed(answer, sentence(error))
    return regions_found(answer, shares)


def measured_shares(
    lens: Lens, picture: Image.Image, question: str, strategy: str, settings: Mapping[str, float]
) -> Shares:
    """What words and regions had to do with a strategy's best answer: MM-SHAP."""
    return lens.explaining(picture, question, strategy, settings).by(EXPLAINER).shares


def show(visit: Visit, strategy: str) -> Any:
    """What was measured, unless another answer is shown by now."""
    shown = visit.session.shown(strategy)
    answer, panel = visit.measured.get("" if shown is None else shown.strategy, (None, ""))
    return gr.skip() if answer is None or answer is not shown else panel
