"""Which strategy to take: chosen on held-back rows, then measured on the test, told in one plain sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fusion.language import later
from fusion.study.result import Result
from fusion.study.scores import Estimate, estimate

SMALLER = 1.5  # times: a smaller strategy is told of where it is at least this much so


@dataclass(frozen=True)
class Recommendation:
    """choose: the strategy to take. worthwhile: whether it is clearly better than giving one answer always.
    fused, single: the best of either kind on held-back rows, "" where none of that kind was fitted. gain: of
    the fused one over the single one on the test. smaller: another fused one that will do where size matters,
    "" for none. sentence: all of this for a person, and in any language by `say`.
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
        sentence: str = later(
            "Nothing here is clearly better than always answering “{majority}”: {strategy} differs from that "
            "by {gain}. More rows may help, or pictures and texts that tell more.",
            majority=majority,
            strategy=choose.strategy,
            gain=_signed(over),
        )
    elif gain is None or fused is None or single is None:
        found = estimate(choose.right, groups)
        sentence = later(
            "{strategy} is right in {share:.1f} % of the test (95 % interval {low:.1f} to {high:.1f}); what "
            "fusion gains is told where a single modality and a fused strategy are fitted.",
            strategy=choose.strategy,
            share=100 * found.mean,
            low=100 * found.low,
            high=100 * found.high,
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
    told: dict[str, object] = {"fused": fused.strategy, "single": single.strategy, "gain": _plain(gain)}
    if smaller is None:
        return later("{fused} beats the best single modality, {single}, by {gain}; choose {fused}.", **told)
    return later(
        "{fused} beats the best single modality, {single}, by {gain}; choose {smaller} if you need it "
        "{times} times smaller, for {change}.",
        **told,
        smaller=smaller.strategy,
        times=_times(fused.bytes / smaller.bytes),
        change=_signed(gain_of(smaller, fused, groups)),
    )


def _for_single(fused: Result, single: Result, gain: Estimate) -> str:
    told: dict[str, object] = {"fused": fused.strategy, "single": single.strategy}
    if gain.below:
        lost = Estimate(-gain.mean, -gain.high, -gain.low)
        found = later(
            "The best fused strategy, {fused}, falls below the best single modality, {single}, by {gain}",
            **told,
            gain=_plain(lost),
        )
    else:
        found = later(
            "No fused strategy is clearly better than the best single modality: {fused} differs from "
            "{single} by {gain}",
            **told,
            gain=_signed(gain),
        )
    told = {"found": found, "single": single.strategy}
    no_picture = single.modality == "text"
    if (ratio := fused.bytes / single.bytes) < SMALLER:
        if no_picture:
            return later("{found}. Choose {single}: it needs no picture.", **told)
        return later("{found}. Choose {single}: it needs no text.", **told)
    told["times"] = _times(ratio)
    if no_picture:
        return later("{found}. Choose {single}: it needs no picture and is {times} times smaller.", **told)
    return later("{found}. Choose {single}: it needs no text and is {times} times smaller.", **told)


def _times(ratio: float) -> str:
    return f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.1f}"


def _plain(gain: Estimate) -> str:
    return _points(gain, ".1f")


def _signed(gain: Estimate) -> str:
    return _points(gain, "+.1f")


def _points(found: Estimate, shown: str) -> str:
    """In hundredths: the mean and its interval."""
    mean, low, high = (format(100 * x, shown) for x in (found.mean, found.low, found.high))
    return later("{mean} points (95 % interval {low} to {high})", mean=mean, low=low, high=high)
