"""What the tab remembers of one visitor, in memory and for this visit alone."""

import asyncio
from dataclasses import dataclass, field

from fusion.comparing import Asked
from fusion.inputs import content_key
from fusion.ui.choices import names_of
from fusion.ui.session import Session, lens_of


@dataclass(eq=False)
class CompareVisit:
    """now: the input at hand. pinned: the input A that it is compared with. taken: what was taken over from
    the tab Ask last. Who holds `turn` may change it."""

    now: Session = Session()
    pinned: Session | None = None
    taken: Asked | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def forget(self) -> None:
        """Keep nothing of the visitor's."""
        self.now, self.pinned, self.taken = Session(), None, None


def asked_of(session: Session) -> Asked:
    """The input of a session, and what it went through."""
    names = names_of(lens_of(session.models))
    key = "" if session.picture is None else content_key(session.picture)
    question = "" if session.reply is None else session.reply.question
    return Asked(key, question, *names, session.by_hand)
