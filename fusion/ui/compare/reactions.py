"""What the tab does when something is pressed, dropped or chosen; reactions give a visit its new input."""

import functools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr
from anyio import CapacityLimiter, to_thread

from fusion.errors import UserError
from fusion.inputs import clean_picture
from fusion.language import say
from fusion.pairs import pair_or_default, ready_pairs
from fusion.tasks import TASKS
from fusion.ui.choices import known, names_of
from fusion.ui.compare.cards_view import cards_view
from fusion.ui.compare.changes_view import changes_view
from fusion.ui.compare.given_view import given_view, nothing_yet, pin_first
from fusion.ui.compare.layout import ALL, CHANGES, PAIR, CompareParts, pair_name
from fusion.ui.compare.pair_view import pair_view
from fusion.ui.compare.visit import CompareVisit, Side
from fusion.ui.examples import examples, strip
from fusion.ui.failures import sentence
from fusion.ui.parts import text
from fusion.ui.pictures import forget, preview
from fusion.ui.session import Models, Session, Settings, Visit, answered_again, asked, lens_of
from fusion.ui.told import Told

Update = dict[Any, Any]  # a component to its new value
Reaction = Callable[..., Update]
AT_ONCE = 2  # reactions that work, for all visitors together


@dataclass(frozen=True)
class Chosen:
    """What the tab's controls say."""

    visit: CompareVisit
    question: str
    task: str
    pair: str
    strategy: str
    way: str
    order: str
    explainer: str
    by_hand: dict[str, Settings]


class CompareReactions:
    """Each public method but `guarded` is a reaction."""

    def __init__(self, parts: CompareParts) -> None:
        self.parts = parts
        self._workers = CapacityLimiter(AT_ONCE)

    def guarded(self, react: Reaction) -> Callable[..., Awaitable[Update]]:
        """The reaction when its visitor's turn comes, its failure told in the alert, all else left alone."""
        place = -len(self.parts.inputs)  # of the visit, the first of these

        @functools.wraps(react)
        async def told(*values: Any) -> Update:
            async with values[place].turn:
                try:
                    update = await to_thread.run_sync(react, *values, limiter=self._workers)
                except Exception as error:  # whatever it is, the visitor gets a sentence
                    return {self.parts.alert: text(sentence(error))}
            return {self.parts.alert: "", **update}

        return told

    def opened(self, there: Visit, strategy: str, *values: Any) -> Update:
        """Take over what was asked on the tab Ask, where that is anything new."""
        now = self._chosen(values)
        visit, session = now.visit, there.session
        side = Side(replace(session, models=names_of(lens_of(session.models)), offer=None))
        empty = session.picture is None and session.reply is None
        if side.told == visit.taken or (empty and visit.now.session.reply is not None):
            return {}
        visit.taken, visit.now = side.told, side
        return self._put(replace(now, strategy=strategy))

    def uploaded(self, path: str | None, *values: Any) -> Update:
        """Take a picture in, and answer if there is a question; a bad picture leaves the last in place."""
        now = self._chosen(values)
        try:
            picture = clean_picture(path)
        except Exception as error:
            return {
                self.parts.alert: text(sentence(error)),
                self.parts.picture: now.visit.now.session.preview,
            }
        finally:
            forget(path)
        shown = None if picture is None else preview(picture)
        fresh = replace(self._fresh(now), picture=picture, preview=shown, reply=None)
        now.visit.now = Side(fresh)
        put: Update = {self.parts.picture: shown}
        if now.question.strip():
            try:
                now.visit.now = Side(asked(fresh, fresh.models, now.question))
            except Exception as error:  # the new picture stays, only its answers are missing
                put[self.parts.alert] = text(sentence(error))
        return {**put, **self._view(now)}

    def cleared(self, *values: Any) -> Update:
        """Forget the picture and what was answered about it."""
        now = self._chosen(values)
        now.visit.now = Side(replace(now.visit.now.session, picture=None, preview=None, reply=None))
        return self._view(now)

    def compared(self, *values: Any) -> Update:
        """Answer with every strategy."""
        now = self._chosen(values)
        fresh = self._fresh(now)
        now.visit.now = Side(asked(fresh, fresh.models, now.question))
        return self._view(now)

    def example(self, event: Told, *values: Any) -> Update:
        """Put an example in the place of picture and question, and answer it."""
        now = self._chosen(values)
        one = examples(now.task)[event.number()]
        picture = clean_picture(one.picture)
        assert picture is not None
        fresh = replace(self._fresh(now), picture=picture, preview=preview(picture), reply=None)
        now.visit.now = Side(asked(fresh, fresh.models, one.question))
        put = {self.parts.picture: fresh.preview, self.parts.question: one.question}
        return {**put, **self._view(now)}

    def task_changed(self, *values: Any) -> Update:
        """Go over to another task, with the same encoders where they can answer it."""
        now = self._chosen(values)
        pairs = ready_pairs(now.task)
        if not pairs:
            told = say("Nothing is fitted for {task} here; the tab Ask offers to.", task=now.task)
            return {**self._models(now), self.parts.alert: text(told)}
        same = self._names(now)[1:]
        pair = same if same in pairs else pair_or_default(now.task, None, None)
        return self._opened(now, (now.task, *(pair if pair in pairs else pairs[0])))

    def pair_changed(self, *values: Any) -> Update:
        """Go over to another pair of encoders."""
        now = self._chosen(values)
        by_name = {pair_name(*pair): pair for pair in ready_pairs(now.task)}
        return self._opened(now, (now.task, *by_name[now.pair]))

    def moved(self, own: Any) -> Reaction:
        """The reaction to a slider, whose value is set by hand from now on; own: its tick."""
        place = self.parts.inputs.index(own)

        def react(*values: Any) -> Update:
            return {own: True, **self.set_by_hand(*values[:place], True, *values[place + 1 :])}

        return react

    def set_by_hand(self, *values: Any) -> Update:
        """Answer by the settings of now."""
        now = self._chosen(values)
        session = self._fresh(now)
        for strategy in dict.fromkeys(control.strategy for control in self.parts.controls.all):
            session = answered_again(session, session.models, strategy)
        now.visit.now = Side(session)
        return self._view(now)

    def chosen_card(self, event: Told, *values: Any) -> Update:
        """Mark another strategy as chosen."""
        now = replace(self._chosen(values), strategy=str(event.value))
        return {self.parts.strategy: now.strategy, **self._view(now)}

    def shown_otherwise(self, *values: Any) -> Update:
        """The same in another way or order."""
        return self._view(self._chosen(values))

    def pinned(self, *values: Any) -> Update:
        """Keep the answers as A."""
        now = self._chosen(values)
        if now.visit.now.session.reply is None:
            raise UserError(say("Compare something first; then it can be pinned."))
        now.visit.pinned = now.visit.now
        return {self.parts.way: CHANGES, **self._view(replace(now, way=CHANGES))}

    def went_back(self, *values: Any) -> Update:
        """Make A the input at hand again."""
        now = self._chosen(values)
        if now.visit.pinned is not None:
            now.visit.now = now.visit.pinned
        return self._put(now)

    def unpinned(self, *values: Any) -> Update:
        """Forget A."""
        now = self._chosen(values)
        now.visit.pinned = None
        return {self.parts.way: ALL, **self._view(replace(now, way=ALL))}

    def _chosen(self, values: Sequence[Any]) -> Chosen:
        visit, question, task, pair, strategy, way, order, explainer, *controls = values
        by_hand = self.parts.controls.read(controls)
        return Chosen(visit, question, task, pair, strategy, way, order, explainer, by_hand)

    def _fresh(self, now: Chosen) -> Session:
        """The input at hand, with the settings of now."""
        return replace(now.visit.now.session, by_hand=now.by_hand)

    def _names(self, now: Chosen) -> tuple[str, str, str]:
        return names_of(lens_of(now.visit.now.session.models))

    def _opened(self, now: Chosen, models: Models) -> Update:
        """Answer through other models; the drop-downs go back where these will not do."""
        session = replace(self._fresh(now), models=models)
        try:
            lens_of(models)
            if session.reply is not None:
                session = asked(session, models, session.reply.question)
        except Exception as error:
            return {**self._models(now), self.parts.alert: text(sentence(error))}
        now.visit.now = Side(session)
        return {**self._models(now), **self._view(now)}

    def _put(self, now: Chosen) -> Update:
        """Every control by the input at hand, and its view."""
        session, parts = now.visit.now.session, self.parts
        values: Update = {}
        for control in parts.controls.all:
            by_hand = session.by_hand.get(control.strategy, {})
            values[control.own] = control.parameter.name in by_hand
            if control.parameter.name in by_hand:
                values[control.slider] = by_hand[control.parameter.name]
        models = self._models(now)
        if session.reply is not None:
            models[parts.question]["value"] = session.reply.question
        return {parts.picture: session.preview, **values, **models, **self._view(now)}

    def _models(self, now: Chosen) -> Update:
        task, *pair = self._names(now)
        pairs = [pair_name(*one) for one in ready_pairs(task)]
        return {
            self.parts.task: gr.update(value=task, info=say(TASKS[task].summary)),
            self.parts.pair: gr.update(choices=pairs, value=pair_name(*pair), interactive=len(pairs) > 1),
            self.parts.question: gr.update(label=say(TASKS[task].text_label)),
            self.parts.examples: strip(task),
        }

    def _view(self, now: Chosen) -> Update:
        """Everything that shows the inputs and the answers."""
        visit, parts = now.visit, self.parts
        side, pinned = visit.now, visit.pinned
        session = side.session
        lens = lens_of(session.models)
        strategy = known(now.strategy, lens, session)
        names = [*lens.strategies, *session.references]
        answered = session.reply is not None
        if not answered:
            told = nothing_yet(session.picture is not None)
        elif now.way == ALL:
            told = cards_view(side, strategy, now.order, now.explainer, lens.evaluation)
        elif pinned is None:
            told = pin_first()
        elif now.way == PAIR:
            told = pair_view((("A", pinned), ("B", side)), strategy, now.explainer)
        else:
            told = changes_view(pinned, side, strategy, now.order)
        return {
            parts.visit: visit,
            parts.given: given_view(visit),
            parts.told: told,
            parts.pin: gr.update(visible=answered and pinned is None),
            parts.back: gr.update(visible=pinned is not None and pinned is not side),
            parts.unpin: gr.update(visible=pinned is not None),
            parts.order: gr.update(visible=now.way != PAIR),
            parts.explainer: gr.update(visible=now.way != CHANGES),
            parts.strategy: gr.update(choices=names, value=strategy, visible=now.way == PAIR),
        }
