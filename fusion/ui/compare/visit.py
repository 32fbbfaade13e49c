"""What the tab remembers of one visitor, in memory and for this visit alone."""

import asyncio
from dataclasses import dataclass, field
from functools import cached_property

from fusion.comparing import Asked
from fusion.explain import heatmap
from fusion.explain.maps import OWN, maps_of
from fusion.inputs import content_key
from fusion.ui.choices import names_of
from fusion.ui.parts import is_reference
from fusion.ui.pictures import data_url, preview
from fusion.ui.session import Session, lens_of

SMALL = 480  # pixels of the longer side of a picture under a map
VEIL = (96, 96)  # pixels of what lies over it, stretched by the browser


@dataclass(frozen=True, eq=False)
class Side:
    """An input that is compared, with what showing it takes, worked out once."""

    session: Session = field(default_factory=Session)
    _veils: dict[str, dict[str, str]] = field(default_factory=dict)

    @cached_property
    def asked(self) -> Asked:
        """The input, and what it goes through to the answers that are compared."""
        session = self.session
        names = names_of(lens_of(session.models))
        key = "" if session.picture is None else content_key(session.picture)
        question = "" if session.reply is None else session.reply.question
        return Asked(key, question, *names, session.by_hand)

    @property
    def told(self) -> tuple[Asked, bool, tuple[str, ...]]:
        """Changes with whatever was asked anew: the input, whether it was answered, and by which models."""
        return self.asked, self.session.reply is not None, self.session.references

    @cached_property
    def small(self) -> str:
        """The picture as a data URL, "" without one."""
        return "" if self.session.picture is None else preview(self.session.picture, SMALL)

    def veils(self, explainer: str) -> dict[str, str]:
        """What lies over the picture as a data URL, of each strategy that has a map by this explainer."""
        if explainer not in self._veils:
            self._veils[explainer] = self._veiled(explainer)
        return self._veils[explainer]

    def _veiled(self, explainer: str) -> dict[str, str]:
        session, reply = self.session, self.session.reply
        if reply is None or session.picture is None or reply.modality != "both":
            return {}
        names = [one.strategy for one in reply.results if not is_reference(one.strategy)]
        lens = lens_of(session.models)
        maps = maps_of(lens, session.picture, reply.question, names, explainer, session.by_hand)
        if explainer == OWN:
            attending = [one for one in reply.results if one.attention and is_reference(one.strategy)]
            maps |= {
                one.strategy: one.attention.weights.mean((0, 1, 2)) for one in attending if one.attention
            }
        veils = {name: heatmap.veil(values, VEIL) for name, values in maps.items()}
        return {name: data_url(veil, lossless=True) for name, veil in veils.items()}


@dataclass(eq=False)
class CompareVisit:
    """now: the input at hand, B. pinned: the input A that it is compared with. taken: what was taken over
    from the tab Ask last. Who holds `turn` may change it."""

    now: Side = field(default_factory=Side)
    pinned: Side | None = None
    taken: tuple[Asked, bool, tuple[str, ...]] | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def forget(self) -> None:
        """Keep nothing of the visitor's."""
        self.now, self.pinned, self.taken = Side(), None, None
