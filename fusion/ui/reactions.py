"""What the page does on each event: from the values of its components to their new ones."""

import functools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import gradio as gr
from anyio import CapacityLimiter, to_thread

from fusion import zero_shot
from fusion.courtesy import waited_for
from fusion.errors import MissingCheckpoint, MissingWeights, UserError
from fusion.inputs import clean_picture
from fusion.language import say
from fusion.pairs import DEFAULT_TASK, pair_or_default
from fusion.references import REFERENCES
from fusion.ui.choices import choices, known, names_of
from fusion.ui.components import Parts
from fusion.ui.examples import examples
from fusion.ui.failures import sentence
from fusion.ui.heat import heat_value
from fusion.ui.panel import put_up, taken_down
from fusion.ui.parts import text
from fusion.ui.pictures import forget, preview
from fusion.ui.session import Now, Visit, accompanied, answered_again, asked, lens_of
from fusion.ui.settings import Control
from fusion.ui.showing import Update, closed, lens_parts, model_parts, view, view_with_picture
from fusion.ui.take import arrived
from fusion.ui.told import Told
from fusion.ui.typed_view import typed_card

Reaction = Callable[..., Update]
AT_ONCE = 2  # reactions that work, for all visitors together; more only share the processor
LIVE_AT_ONCE = 2  # of those that hardly work, and need not wait for the others


class Reactions:
    """Each public method but `guarded` is a reaction, or makes one; it gives a visit its new session."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self._workers = CapacityLimiter(AT_ONCE)
        self._live_workers = CapacityLimiter(LIVE_AT_ONCE)

    def guarded(self, react: Reaction, live: bool = False) -> Callable[..., Awaitable[Update]]:
        """The reaction when its turn comes, its failure told in the alert and all else left as it was.

        A visitor's reactions run one after the other, each on what the last one left, so that a slow answer
        never comes after a later one nor forgets the picture that arrived meanwhile. No visitor waits for
        another's.
        """
        place = -len(self.parts.inputs)  # of the visit, the first of these
        workers = self._live_workers if live else self._workers

        @functools.wraps(react)
        async def told(*values: Any) -> Update:
            visit: Visit = values[place]
            async with visit.turn:
                try:
                    with waited_for():
                        update = await to_thread.run_sync(react, *values, limiter=workers)
                except MissingWeights as error:
                    update = {**put_up(self.parts, visit.session, error), **self._alert(error)}
                except Exception as error:  # whatever it is, the visitor gets a sentence
                    return self._alert(error)
                visit.session = update.get(self.parts.visit, visit.session)
                return {self.parts.alert: "", **update, self.parts.visit: visit}

        return told

    def opened(self, *values: Any) -> Update:
        """Fill in what only a loaded lens knows; what was answered, refused or offered meanwhile stays."""
        now = self._now(values)
        then = self._with_lens(now)
        update = {**lens_parts(self.parts, then, now.strategy), self.parts.alert: gr.skip()}
        if (offer := now.session.offer) is None:
            return update
        del update[self.parts.offer_text]
        wanted = {} if offer.models is None else model_parts(self.parts, offer.models)
        return {**update, **wanted, self.parts.visit: replace(then.session, offer=offer)}

    def uploaded(self, path: str | None, question: str, *values: Any) -> Update:
        """Take a picture in, and answer if there is a question; a bad picture leaves the last in place."""
        now = self._now(values)
        try:
            picture = clean_picture(path)
        except Exception as error:  # as above, and the component shows the last picture again
            return {**self._alert(error), self.parts.picture: now.session.preview}
        finally:
            forget(path)
        shown = None if picture is None else preview(picture)
        session = replace(now.session, picture=picture, preview=shown, reply=None)
        return {self.parts.picture: shown, **self._anew(replace(now, session=session), question)}

    def missed(self, *values: Any) -> Update:
        """Show the last picture again, if there is one, and keep what the alert says."""
        return {self.parts.picture: self._now(values).session.preview, self.parts.alert: gr.skip()}

    def cleared(self, *values: Any) -> Update:
        """Forget the picture and what was answered about it."""
        now, visit = self._now(values), values[-len(self.parts.inputs)]
        visit.measured.clear()
        return self._anew(replace(now, session=replace(now.session, picture=None, preview=None)), "")

    def asked(self, question: str, *values: Any) -> Update:
        """Answer with every strategy."""
        now = self._now(values)
        return view_with_picture(self.parts, replace(now, session=asked(now.session, now.models, question)))

    def typed(self, labels: str, *values: Any) -> Update:
        """Which of the labels that the visitor typed the picture shows, and where."""
        now = self._now(values)
        picture = now.session.picture
        if picture is None:
            raise UserError(say("Give a picture first; then your labels can be looked for in it."))
        pair = pair_or_default(*now.picked)  # which needs no checkpoint
        reply = zero_shot.classify(picture, "", labels, *pair)
        heat = gr.update(value=heat_value(reply.results[0], reply), relevance=None, visible=True)
        heat["picture"] = now.session.preview
        return {self.parts.typed: gr.update(value=typed_card(reply), visible=True), self.parts.heat: heat}

    def example(self, event: Told, *values: Any) -> Update:
        """Put an example in the place of picture and question, and answer it."""
        now = self._now(values)
        chosen = examples(lens_of(now.models).task)[event.number()]
        picture = clean_picture(chosen.picture)
        assert picture is not None
        session = replace(now.session, picture=picture, preview=preview(picture), reply=None)
        shown = {self.parts.picture: session.preview, self.parts.question: chosen.question}
        return {**shown, **self._anew(replace(now, session=session), chosen.question)}

    def restored(self, event: Told, *values: Any) -> Update:
        """Show what a link or another page holds in the place of all else, and answer it where it was."""
        now = self._now(values)
        state, came = arrived(event.value)
        picture = came.picture
        session = replace(
            now.session,
            picture=picture,
            copied=came.copied,
            preview=None if picture is None else preview(picture),
            reply=None,
            by_hand={name: dict(values) for name, values in state.settings.items()},
            references=tuple(
                one.name for one in REFERENCES if one.name in state.references and one.weights.found()
            ),
        )
        models = (state.task, state.image_encoder, state.text_encoder)
        update = {
            self.parts.picture: session.preview,
            self.parts.references: list(session.references),
            self.parts.typed: gr.update(value="", visible=False),
            **dict(self.parts.controls.filled(session.by_hand)),
        }
        try:
            then = self._with_lens(Now(session, state.strategy, models, models))
        except (MissingWeights, MissingCheckpoint) as error:
            offer = put_up(self.parts, session, error, models)
            asked_for = {self.parts.question: state.typed or state.question}
            return {**update, **asked_for, **offer, **self._alert(error), **model_parts(self.parts, models)}
        if state.asked:
            then = replace(then, session=asked(then.session, then.models, state.question))
        update |= {**lens_parts(self.parts, then, now.strategy), **view_with_picture(self.parts, then)}
        update[self.parts.question]["value"] = state.typed or state.question
        return update

    def chosen(self, *values: Any) -> Update:
        """Show another strategy on the same input."""
        return self._chosen(self._now(values))

    def chosen_by_name(self, event: Told, *values: Any) -> Update:
        """The same from a button that carries the strategy's name."""
        now = self._now(values)
        now = replace(now, strategy=known(str(event.value), lens_of(now.models), now.session))
        return {self.parts.strategy: now.strategy, **self._chosen(now)}

    def moved(self, control: Control) -> Reaction:
        """The reaction to a control's slider: from now on its value is set by hand."""
        place = self.parts.inputs.index(control.own)

        def react(*values: Any) -> Update:
            by_hand = [*values[:place], True, *values[place + 1 :]]
            return {control.own: True, **self._chosen(self._now(by_hand))}

        return react

    def task_changed(self, question: str, *values: Any) -> Update:
        """Load another task, with its own pair of encoders; answer again where there was an answer."""
        now = self._now(values)
        offer = now.session.offer
        last = now.session.models if offer is None or offer.models is None else offer.models
        if now.picked[0] == last[0]:  # a drop-down may tell the same choice twice
            return {self.parts.alert: gr.skip()}
        return self._open(replace(now, models=(now.picked[0], None, None)), question)

    def encoders_changed(self, question: str, *values: Any) -> Update:
        """The same for another pair of encoders."""
        now = self._now(values)
        untyped = {self.parts.typed: gr.update(visible=False)}
        return {**untyped, **self._open(replace(now, models=now.picked), question)}

    def arrived(self, question: str, *values: Any) -> Update:
        """Load what was on offer, now that the job is done; nothing where there was none or it failed."""
        now, visit = self._now(values), values[-len(self.parts.inputs)]
        offer, job = now.session.offer, visit.job
        if offer is None or job is None or job.key != offer.key or not job.over or job.error is not None:
            return {self.parts.alert: gr.skip()}
        visit.job = None
        if offer.references:
            return self._accompanied(now, offer.references)
        if offer.models is None:
            return taken_down(self.parts, now.session)
        return self._open(replace(now, models=offer.models), question)

    def declined(self, *values: Any) -> Update:
        """Nothing on offer any more; the drop-downs go back to what answers."""
        return closed(self.parts, self._now(values).session)

    def _open(self, wanted: Now, question: str) -> Update:
        """The page with the wanted models, or with what they lack on offer; else the last models stay."""
        last = wanted.session.models
        try:
            try:
                now = self._with_lens(wanted)
            except (MissingWeights, MissingCheckpoint) as error:
                names = (wanted.models[0] or DEFAULT_TASK, *pair_or_default(*wanted.models))
                return {**put_up(self.parts, wanted.session, error, names), **model_parts(self.parts, names)}
        except Exception as error:  # the drop-downs go back
            back = model_parts(self.parts, names_of(lens_of(last)))
            return {**taken_down(self.parts, wanted.session), **self._alert(error), **back}
        shown = view(self.parts, now) if now.session.reply is None else self._anew(now, question)
        return {**lens_parts(self.parts, now, wanted.strategy), **shown}

    def references_changed(self, ticked: list[str], *values: Any) -> Update:
        """From now on these reference models answer too; one that is not here is unticked and offered."""
        return self._accompanied(self._now(values), ticked)

    def _accompanied(self, now: Now, names: Sequence[str]) -> Update:
        last = {self.parts.references: list(now.session.references)}
        try:
            session = accompanied(replace(now.session, offer=None), now.models, names)
        except MissingWeights as error:
            return {**put_up(self.parts, now.session, error, references=tuple(names)), **last}
        except Exception as error:
            return {**self._alert(error), **last}
        lens = lens_of(now.models)
        then = replace(now, session=session, strategy=known(now.strategy, lens, session))
        return {
            **closed(self.parts, session),
            self.parts.references: list(session.references),
            self.parts.strategy: choices(then, lens, now.strategy),
            **view(self.parts, then),
        }

    def _now(self, values: Any) -> Now:
        visit, strategy, task, image_encoder, text_encoder, *controls = values
        session = replace(visit.session, by_hand=self.parts.controls.read(controls))
        picked = (task, image_encoder, text_encoder)
        return Now(session, strategy, picked if session.offer is None else session.models, picked)

    def _alert(self, error: Exception) -> Update:
        return {self.parts.alert: text(sentence(error))}

    def _with_lens(self, now: Now) -> Now:
        """Names in the place of defaults, and a strategy that this lens has."""
        lens = lens_of(now.models)
        strategy = known(now.strategy, lens, now.session)
        models = names_of(lens)
        return Now(replace(now.session, models=models, offer=None), strategy, models, models)

    def _anew(self, now: Now, question: str) -> Update:
        """The answer to a new picture, or the prompt to ask about it where there is no question."""
        now = replace(now, session=replace(now.session, reply=None))
        untyped = {self.parts.typed: gr.update(value="", visible=False)}
        if not question.strip():
            return {**untyped, **view(self.parts, now)}
        try:
            return {
                **untyped,
                **view_with_picture(
                    self.parts, replace(now, session=asked(now.session, now.models, question))
                ),
            }
        except Exception as error:  # the new picture stays, only its answer is missing
            return {**untyped, **self._alert(error), **view(self.parts, now)}

    def _chosen(self, now: Now) -> Update:
        shown = view(self.parts, replace(now, session=answered_again(now.session, now.models, now.strategy)))
        return {**shown, self.parts.typed: gr.update(visible=False)}  # its map gives way to the strategy's
