"""Whether an explanation can be believed: its curves beside orders at random and raw attention, in words."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from fusion.explain.faithfulness import Curves
from fusion.language import say

LEVEL = 0.05  # random orders that do as well, of all, up to which an explanation does better than chance
SMALL = 0.01  # a change of the answer's probability that nobody would see
SAME = 1e-6

# unsure: above the middle of random orders, yet as any of them might be. untested: nothing can be told, as
# nothing matters or there are too few orders.
Outcome = Literal["better", "unsure", "alike", "worse", "untested"]


@dataclass(frozen=True)
class Check:
    """The test of an explanation of one modality.

    pieces: how many patches or words there are. own: the explanation's curves. random: those of orders at
    random, or of every order where the pieces are few. raw: those of raw attention; None where there is none.
    """

    modality: str
    pieces: int
    own: Curves
    random: Sequence[Curves]
    raw: Curves | None

    @cached_property
    def mean_flips(self) -> float:
        """The share that random order needs to change the answer, on average; 1 where it never does."""
        return float(np.mean([curve.flips for curve in self.random]))

    @cached_property
    def as_good(self) -> int:
        """How many orders at random do at least as well."""
        return sum(curve.gain >= self.own.gain - SAME for curve in self.random)

    @cached_property
    def outcome(self) -> Outcome:
        """Whether the explanation does better than chance, or worse, by a Monte-Carlo test (Barnard 1963)
        each way, which is exact where every order was followed."""
        if self.idle or (self._every and 1 / len(self.random) > LEVEL):
            return "untested"
        chance = self._chance(self.as_good)
        if chance < 0.5:
            return "better" if chance <= LEVEL else "unsure"
        as_bad = sum(curve.gain <= self.own.gain + SAME for curve in self.random)
        return "worse" if self._chance(as_bad) <= LEVEL else "alike"

    @cached_property
    def _every(self) -> bool:
        """Whether the orders are all that there are, the explanation's own among them."""
        return len(self.random) == math.factorial(self.pieces)

    def _chance(self, count: int) -> float:
        """How probable it is that an order at random is among the best, or the worst, so many."""
        orders = len(self.random)
        return count / orders if self._every else (count + 1) / (orders + 1)

    @cached_property
    def idle(self) -> bool:
        """Whether the answer stays much the same, whatever is taken away."""
        seen = np.concatenate([np.r_[c.deletion, c.insertion] for c in (self.own, *self.random)])
        return bool(np.ptp(seen) < SMALL and all(c.never for c in (self.own, *self.random)))

    def spread(self, curve: Literal["deletion", "insertion"]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The least, the mean and the most (S,) of a curve of the orders at random."""
        found = np.stack([getattr(one, curve).numpy() for one in self.random])
        return found.min(0), found.mean(0), found.max(0)

    def to_dict(self) -> dict[str, Any]:
        """Plain types, as `explain --json` prints them."""
        deletion, insertion = self.spread("deletion"), self.spread("insertion")
        return {
            "shares": self.own.shares.tolist(),
            **_plain(self.own),
            "random_deletion": deletion[1].tolist(),
            "random_insertion": insertion[1].tolist(),
            "random_deletion_range": [deletion[0].tolist(), deletion[2].tolist()],
            "random_insertion_range": [insertion[0].tolist(), insertion[2].tolist()],
            "random_deletion_auc": float(np.mean([curve.deletion_auc for curve in self.random])),
            "random_insertion_auc": float(np.mean([curve.insertion_auc for curve in self.random])),
            "random_changes_after": self.mean_flips,
            "random_orders": len(self.random),
            "random_orders_as_good": self.as_good,
            "raw_attention": None if self.raw is None else _plain(self.raw),
            "outcome": self.outcome,
        }

    def sentence(self) -> str:
        """What removing does, in words that are true in every case."""
        image = self.modality == "image"
        if self.pieces < 2 and image:
            return say("The picture has one patch only, so there is no order of removal to compare.")
        if self.pieces < 2:
            return say("The text has one word only, so there is no order of removal to compare.")
        if self.idle and image:
            return say(
                "Whatever was removed of the picture, the answer stayed, its probability within one point."
            )
        if self.idle:
            return say(
                "Whatever was removed of the text, the answer stayed, its probability within one point."
            )
        parts = {"own": self._own(), "random": self._random(), "raw": self._raw()}
        return say("Removing what it marks {own}; {random}{raw}.", **parts)

    def _own(self) -> str:
        image = self.modality == "image"
        if self.own.never:
            if image:
                return say("never changes the answer, not even when all of the picture is gone")
            return say("never changes the answer, not even when all of the text is gone")
        if self.own.flips >= 1:
            if image:
                return say("changes the answer only when all of the picture is gone")
            return say("changes the answer only when all of the text is gone")
        share = self._amount(self.own.flips)
        if image:
            return say("changes the answer after {share} of the picture", share=share)
        return say("changes the answer after {share} of {n} words", share=share, n=self.pieces)

    def _random(self) -> str:
        flips = [curve.flips for curve in self.random if not curve.never]
        if not flips:
            return say("nor does random order") if self.own.never else say("random order never does")
        if len(flips) < len(self.random):
            return say("random order does in {n} of {total} tries", n=len(flips), total=len(self.random))
        low, mean, high = (self._amount(x) for x in (min(flips), self.mean_flips, max(flips)))
        needs = say("as much") if mean == self._amount(self.own.flips) else mean
        if low == high:
            return say("random order needs {amount}", amount=needs)
        ends = {"low": low.removesuffix(" %"), "high": high}
        return say("random order needs {amount} ({low} to {high})", amount=needs, **ends)

    def _raw(self) -> str:
        if self.raw is None:
            return ""
        if self.raw.never:
            return say(", nor does raw attention") if self.own.never else say(", raw attention never does")
        return say(", raw attention {amount}", amount=self._amount(self.raw.flips))

    def _amount(self, share: float) -> str:
        if self.modality == "image":
            return f"{100 * share:.0f} %"
        words = share * self.pieces
        return f"{words:.0f}" if abs(words - round(words)) < 0.05 else f"{words:.1f}"


def _plain(curves: Curves) -> dict[str, Any]:
    return {
        "deletion": curves.deletion.tolist(),
        "insertion": curves.insertion.tolist(),
        "deletion_auc": curves.deletion_auc,
        "insertion_auc": curves.insertion_auc,
        "changes_after": curves.flips,
    }


@dataclass(frozen=True)
class Verdict:
    """On the whole explanation, in words. doubtful: whether some of it is not to be trusted."""

    sentence: str
    doubtful: bool


def verdict(checks: Mapping[str, Check]) -> Verdict:
    """What the checks of both modalities say together."""
    outcomes = [check.outcome for check in checks.values()]
    tested = {outcome for outcome in outcomes if outcome != "untested"}
    if not tested:
        return Verdict(say("Nothing here can tell whether this map is to be trusted."), True)
    if tested <= {"alike", "worse"}:
        if tested == {"worse"}:
            return Verdict(say("Do not trust this map: random order does better."), True)
        return Verdict(say("Do not trust this map: random order does as well."), True)
    if set(outcomes) == {"better"}:
        trusted = say("Trust this map: what it marks matters more than what random order marks.")
        return Verdict(trusted, False)
    return Verdict(" ".join(_part(check) for check in checks.values()), tested != {"better"})


def _part(check: Check) -> str:
    marked = say("patches") if check.modality == "image" else say("words")
    if check.outcome == "better":
        return say("Trust the {marked} that it marks: they matter more than random ones.", marked=marked)
    if check.outcome == "unsure":
        orders = {"n": check.as_good, "total": len(check.random)}
        return say(
            "Be careful with the {marked}: {n} of {total} random orders do as well.", marked=marked, **orders
        )
    if check.outcome == "untested":
        return say("The {marked} cannot be tested.", marked=marked)
    if check.outcome == "worse":
        return say("Do not trust the {marked}: random order does better.", marked=marked)
    return say("Do not trust the {marked}: random order does as well.", marked=marked)
