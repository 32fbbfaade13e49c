"""What shows the state of the page: from it to the new values of the components."""

from typing import Any

import gradio as gr

from fusion.encoders import ENCODERS
from fusion.language import say
from fusion.tasks import TASKS
from fusion.ui.answer_view import answer_card, empty_card
from fusion.ui.badge import badge
from fusion.ui.choices import choices, described, names_of
from fusion.ui.components import Parts
from fusion.ui.examples import strip
from fusion.ui.heat import heat_value
from fusion.ui.offer import Names
from fusion.ui.panel import taken_down
from fusion.ui.regions_view import regions_offer
from fusion.ui.session import Now, Session, lens_of
from fusion.ui.strategy_view import strategy_card
from fusion.ui.table_view import strategy_table
from fusion.ui.what_if import what_if_value

Update = dict[Any, Any]  # a component to its new value


def lens_parts(parts: Parts, now: Now, pressed: str) -> Update:
    """What depends on the lens; the pressed strategy is left alone unless this lens lacks it."""
    lens = lens_of(now.models)
    return {
        **model_parts(parts, names_of(lens)),
        parts.visit: now.session,
        parts.badge: badge(lens),
        parts.offer_text: gr.HTML(visible=False),
        parts.examples: strip(lens.task),
        parts.question: gr.update(label=say(TASKS[lens.task].text_label)),
        parts.strategy: choices(now, lens, pressed),
        parts.card: strategy_card(now.strategy, lens.evaluation, lens.trials),
    }


def closed(parts: Parts, session: Session) -> Update:
    return {**taken_down(parts, session), **model_parts(parts, names_of(lens_of(session.models)))}


def model_parts(parts: Parts, names: Names) -> Update:
    task, image_encoder, text_encoder = names
    return {
        parts.task: described(task, TASKS),
        parts.image_encoder: described(image_encoder, ENCODERS),
        parts.text_encoder: described(text_encoder, ENCODERS),
    }


def view_with_picture(parts: Parts, now: Now) -> Update:
    """The view with the picture of a fresh answer, which later views of it need not send again."""
    update = view(parts, now)
    update[parts.heat]["picture"] = now.session.preview
    return update


def view(parts: Parts, now: Now) -> Update:
    """Everything that shows the state of now."""
    session, lens = now.session, lens_of(now.models)
    update: Update = {
        parts.visit: session,
        parts.card: strategy_card(now.strategy, lens.evaluation, lens.trials),
        **dict(parts.controls.visible(now.strategy)),
    }
    shown = session.shown(now.strategy)
    update[parts.regions] = regions_offer(shown, session.reply)
    if shown is None or session.reply is None:
        return {
            **update,
            parts.answer: empty_card(session.picture is not None),
            parts.heat: gr.update(visible=False),
            parts.table: gr.update(visible=False),
            parts.what_if: gr.update(visible=False),
        }
    by_hand = set(session.set_by_hand)
    changeable = session.reply.modality == "both"
    return {
        **update,
        parts.answer: answer_card(shown, session.reply, now.strategy, shown.strategy in by_hand),
        parts.heat: gr.update(value=heat_value(shown, session.reply), relevance=None, visible=True),
        parts.table: gr.update(value=strategy_table(session.reply, shown, by_hand), visible=True),
        parts.what_if: gr.update(value=what_if_value(session, shown, lens), visible=changeable),
    }
