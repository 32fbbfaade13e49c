"""Which strategy to take: chosen on held-back rows, then measured on the test, told in one plain sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fusion.study.result import Result
from fusion.study.scores import Estimate, estimate

SMALLER = 1.5  # times: a smaller strategy is told of where it is at least this much so


@dataclass(frozen=True)
class Recommendation:
    """choose: the strategy to take. worthwhile: whether it is clearly better than giving one answer always.
    fused, single: the best of either kind on held-back rows, "" where none of that kind was fitted. gain: of
    the fused one over the single one on the test. smaller: another fused one that will do where size matters,
    "" for none. sentence: all of this for a person.
    """

    choose: str
    worthwhile: bool
    fused: str
    single: str
    gain: Estimate | None
    smaller: str
    sentence: str

    def to_dict(self) -> dict[str, Any]:
        """Plain types; the gain in fractions of 1."""
        gain = self.gain
        return {
            "choose": self.choose,
            "worthwhile": self.worthwhile,
            "best_fused": self.fused or None,
            "best_single": self.single or None,
            "gain": None if gain is None else {"difference": gain.mean, "interval": gain.interval},
            "smaller": self.smaller or None,
            "sentence": self.sentence,
        }


def recommend(
    results: Sequence[Result], groups: Sequence[str], held_back: int, by_majority: np.ndarray, majority: str
) -> Recommendation:
    """What the test, of Q rows in `groups`, says of the best fused strategy and the best single modality.

    held_back: how many rows both were chosen by. by_majority: (Q,) where always giving `majority`, the most
    frequent answer, is right.
    """
    fused = _best([result for result in results if result.modality == "both"])
    single = _best([result for result in results if result.modality != "both"])
    gain, smaller = None, None
    if fused is not None and single is not None:
        gain = gain_of(fused, single, groups)
        smaller = _smaller(results, fused, single, held_back) if gain.above else None
    choose = fused if single is None or (gain is not None and gain.above) else single
    assert choose is not None  # a study fits one strategy at least
    over = estimate(choose.right.astype(float) - by_majority, groups)
    if not over.above:
        smaller = None
        sentence = (
            f"Nothing here is clearly better than always answering “{majority}”: {choose.strategy} "
            f"differs from that by {_signed(over)}. More rows may help, or pictures and texts that tell more."
        )
    elif gain is None or fused is None or single is None:
        share, interval = _interval(estimate(choose.right, groups))
        sentence = (
            f"{choose.strategy} is right in {share} % of the test ({interval}); what fusion gains is told "
            "where a single modality and a fused strategy are fitted."
        )
    elif gain.above:
        sentence = _for_fused(fused, single, gain, smaller, groups)
    else:
        sentence = _for_single(fused, single, gain)
    return Recommendation(
        choose=choose.strategy,
        worthwhile=over.above,
        fused="" if fused is None else fused.strategy,
        single="" if single is None else single.strategy,
        gain=gain,
        smaller="" if smaller is None else smaller.strategy,
        sentence=sentence,
    )


def gain_of(one: Result, other: Result, groups: Sequence[str]) -> Estimate:
    """What one strategy is right in more than another on the test, paired by seed and row."""
    return estimate(one.right.astype(float) - other.right, groups)


def _best(results: Sequence[Result]) -> Result | None:
    """By mean accuracy on held-back rows, the smaller of equals."""
    return max(results, key=lambda result: (result.mean_validation, -result.bytes), default=None)


def _smaller(results: Sequence[Result], fused: Result, single: Result, held_back: int) -> Result | None:
    """The smallest fused strategy that on held-back rows beats the single modality and comes within one
    standard error of the best (the one-standard-error rule of Breiman et al. 1984)."""
    share = fused.mean_validation
    least = max(single.mean_validation, share - (share * (1 - share) / held_back) ** 0.5)
    able = [
        result
        for result in results
        if result.modality == "both"
        and result.mean_validation >= least
        and SMALLER * result.bytes <= fused.bytes
    ]
    return min(able, key=lambda result: result.bytes, default=None)


def _for_fused(
    fused: Result, single: Result, gain: Estimate, smaller: Result | None, groups: Sequence[str]
) -> str:
    sentence = f"{fused.strategy} beats the best single modality, {single.strategy}, by {_plain(gain)}"
    if smaller is None:
        return f"{sentence}; choose {fused.strategy}."
    change = gain_of(smaller, fused, groups)
    times = _times(fused.bytes / smaller.bytes)
    return f"{sentence}; choose {smaller.strategy} if you need it {times} smaller, for {_signed(change)}."


def _for_single(fused: Result, single: Result, gain: Estimate) -> str:
    if gain.below:
        lost = Estimate(-gain.mean, -gain.high, -gain.low)
        sentence = (
            f"The best fused strategy, {fused.strategy}, falls below the best single modality, "
            f"{single.strategy}, by {_plain(lost)}"
        )
    else:
        sentence = (
            "No fused strategy is clearly better than the best single modality: "
            f"{fused.strategy} differs from {single.strategy} by {_signed(gain)}"
        )
    other = "picture" if single.modality == "text" else "text"
    ratio = fused.bytes / single.bytes
    size = f" and is {_times(ratio)} smaller" if ratio >= SMALLER else ""
    return f"{sentence}. Choose {single.strategy}: it needs no {other}{size}."


def _times(ratio: float) -> str:
    return f"{ratio:.0f} times" if ratio >= 10 else f"{ratio:.1f} times"


def _plain(gain: Estimate) -> str:
    number, interval = _interval(gain)
    return f"{number} points ({interval})"


def _signed(gain: Estimate) -> str:
    number, interval = _interval(gain, "+.1f")
    return f"{number} points ({interval})"


def _interval(found: Estimate, shown: str = ".1f") -> tuple[str, str]:
    """In hundredths: the mean, and its interval in words."""
    mean, low, high = (format(100 * x, shown) for x in (found.mean, found.low, found.high))
    return mean, f"95 % interval {low} to {high}"
