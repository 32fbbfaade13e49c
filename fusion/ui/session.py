"""What the page remembers of one visitor, in memory and for this visit alone."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from PIL import Image

import fusion
from fusion.answer import Answer, Reply
from fusion.language import say
from fusion.lens import Lens
from fusion.references import REFERENCES
from fusion.strategies import STRATEGIES
from fusion.ui.explained import Explained
from fusion.ui.jobs import Job
from fusion.ui.offer import Offer
from fusion.ui.parts import is_reference, reads

Settings = dict[str, float]
Models = tuple[str | None, str | None, str | None]  # task, image encoder, text encoder; None is the default


@dataclass(frozen=True)
class Session:
    """picture: cleaned; preview: it as a data URL; reply: the last, until the picture changes.

    by_hand: the settings made by hand, of each strategy that has any. models: the last that could be loaded.
    references: the reference models that answer too. copied: the picture that a small copy in a link gave.
    offer: what to get before those that are chosen can be.
    """

    picture: Image.Image | None = None
    preview: str | None = None
    reply: Reply | None = None
    by_hand: dict[str, Settings] = field(default_factory=dict)
    models: Models = (None, None, None)
    references: tuple[str, ...] = ()
    copied: Image.Image | None = None
    offer: Offer | None = None

    def shown(self, strategy: str) -> Answer | None:
        """The chosen strategy's answer; where one input is missing, its unimodal baseline's."""
        if self.reply is None:
            return None
        results, modality = self.reply.results, self.reply.modality
        named = [answer for answer in results if answer.strategy == strategy]
        alone = [answer for answer in results if reads(answer.strategy) == modality != "both"]
        return [*alone, *named, *results][0]

    @property
    def set_by_hand(self) -> dict[str, Settings]:
        """The settings that answers were given by: none where an input is missing, and nothing is fused."""
        if self.reply is None or self.reply.modality != "both":
            return {}
        answered = {answer.strategy for answer in self.reply.results}
        return {name: values for name, values in self.by_hand.items() if name in answered}


@dataclass(frozen=True)
class Now:
    """The state of the page when an event came.

    models: those that answer. picked: those of the drop-downs, others only while they are on offer.
    """

    session: Session
    strategy: str
    models: Models
    picked: Models


@dataclass(eq=False)
class Visit:
    """The session as the last event left it. Who holds `turn` may change it: events wait in their order.

    job: the one that this visitor started or joined last. explained: what was explained, turn or not.
    measured: by strategy, the answer whose words and regions were measured last, and the panel that tells of
    it. search: a mark of the last search for a flip that goes on. tried: the number of the last change tried.
    taking: a mark of the last report that is being made.
    """

    session: Session = Session()
    job: Job | None = None
    explained: Explained = field(default_factory=Explained)
    measured: dict[str, tuple[Answer, str]] = field(default_factory=dict)
    search: object | None = None
    tried: int = 0
    taking: object | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


def asked(session: Session, models: Models, question: str) -> Session:
    """Every strategy answers, and the reference models that do too; raises UserError where the question, the
    lens or one of these will not do."""
    lens = lens_of(models)
    reply = lens.reply(session.picture, question, "all", references=session.references)
    if session.picture is not None and session.picture is session.copied:
        reply = replace(reply, hints=(*reply.hints, _of_a_copy()))
    session = replace(session, reply=reply)
    for strategy in session.by_hand:
        session = answered_again(session, models, strategy)
    return session


def _of_a_copy() -> str:
    return say(
        "The link that opened this holds a small copy of the picture; answers and numbers can differ from "
        "those of the picture itself."
    )


def accompanied(session: Session, models: Models, ticked: Sequence[str]) -> Session:
    """From now on these reference models answer too, and at once where there is an answer.

    Raises MissingWeights where one is not on this machine, and what `asked` raises.
    """
    names = tuple(name for name in REFERENCES.names() if name in ticked)
    for name in names:
        REFERENCES[name].weights.folder()
    session = replace(session, references=names)
    return session if session.reply is None else asked(session, models, session.reply.question)


def answered_again(session: Session, models: Models, strategy: str) -> Session:
    """One strategy answers the same input anew, by its settings of now."""
    if session.reply is None or session.reply.modality != "both":
        return session
    if is_reference(strategy) or not STRATEGIES[strategy].parameters:
        return session
    if all(answer.strategy != strategy for answer in session.reply.results):  # fitted for other models only
        return session
    settings = session.by_hand.get(strategy)
    reply = lens_of(models).reply(session.picture, session.reply.question, (strategy,), settings)
    (new,) = reply.results
    results = tuple(new if old.strategy == strategy else old for old in session.reply.results)
    return replace(session, reply=replace(session.reply, results=results))


def lens_of(models: Models) -> Lens:
    """The lens for these names, loaded once for all visitors."""
    task, image_encoder, text_encoder = models
    return fusion.load(task=task, image_encoder=image_encoder, text_encoder=text_encoder)
