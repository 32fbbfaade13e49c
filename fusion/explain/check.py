"""Whether an explanation can be believed: its curves beside orders at random and raw attention, in words."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from fusion.explain.faithfulness import Curves

LEVEL = 0.05  # random orders that do as well, of all, up to which an explanation does better than chance
SMALL = 0.01  # a change of the answer's probability that nobody would see
SAME = 1e-6

# unsure: above the middle of random orders, yet as any of them might be. untested: nothing can be told, as
# nothing matters or there are too few orders.
Outcome = Literal["better", "unsure", "alike", "worse", "untested"]
WHOLES = {"image": "the picture", "text": "the text"}
PIECES = {"image": "patch", "text": "word"}
MARKED = {"image": "patches", "text": "words"}


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
        whole = WHOLES[self.modality]
        if self.pieces < 2:
            return (
                f"{whole.capitalize()} has one {PIECES[self.modality]} only, "
                "so there is no order of removal to compare."
            )
        if self.idle:
            return f"Whatever was removed of {whole}, the answer stayed, its probability within one point."
        return f"Removing what it marks {self._own()}; {self._random()}{self._raw()}."

    def _own(self) -> str:
        whole = WHOLES[self.modality]
        if self.own.never:
            return f"never changes the answer, not even when all of {whole} is gone"
        if self.own.flips >= 1:
            return f"changes the answer only when all of {whole} is gone"
        share = self._amount(self.own.flips)
        unit = f" of {whole}" if self.modality == "image" else f" of {self.pieces} words"
        return f"changes the answer after {share}{unit}"

    def _random(self) -> str:
        flips = [curve.flips for curve in self.random if not curve.never]
        if not flips:
            return "nor does random order" if self.own.never else "random order never does"
        if len(flips) < len(self.random):
            return f"random order does in {len(flips)} of {len(self.random)} tries"
        low, mean, high = (self._amount(x) for x in (min(flips), self.mean_flips, max(flips)))
        needs = "as much" if mean == self._amount(self.own.flips) else mean
        spread = "" if low == high else f" ({low.removesuffix(' %')} to {high})"
        return f"random order needs {needs}{spread}"

    def _raw(self) -> str:
        if self.raw is None:
            return ""
        if self.raw.never:
            return ", nor does raw attention" if self.own.never else ", raw attention never does"
        return f", raw attention {self._amount(self.raw.flips)}"

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
        return Verdict("Nothing here can tell whether this map is to be trusted.", True)
    if tested <= {"alike", "worse"}:
        does = "better" if tested == {"worse"} else "as well"
        return Verdict(f"Do not trust this map: random order does {does}.", True)
    if set(outcomes) == {"better"}:
        return Verdict("Trust this map: what it marks matters more than what random order marks.", False)
    return Verdict(" ".join(_part(check) for check in checks.values()), tested != {"better"})


def _part(check: Check) -> str:
    marked = MARKED[check.modality]
    if check.outcome == "better":
        return f"Trust the {marked} that it marks: they matter more than random ones."
    if check.outcome == "unsure":
        return (
            f"Be careful with the {marked}: {check.as_good} of {len(check.random)} random orders do as well."
        )
    if check.outcome == "untested":
        return f"The {marked} cannot be tested."
    does = "better" if check.outcome == "worse" else "as well"
    return f"Do not trust the {marked}: random order does {does}."
