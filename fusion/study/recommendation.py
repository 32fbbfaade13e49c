"""Which strategy to take: chosen on held-back rows, then measured on the test, told in one plain sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fusion.study.result import Result
from fusion.study.scores import Estimate, estimate

SMALLER = 1.5  # times: a smaller strategy is told of where it is at least this much so
_NEEDS = {"image": "picture", "text": "text"}


@dataclass(frozen=True)
class Recommendation:
    """choose: the strategy to take. over: what it, or else the best fused one, is compared with.

    gain: of the best fused strategy over the best single modality. smaller: another that will do where size
    matters, "" for none.
    """

    choose: str
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
            "best_fused": self.fused or None,
            "best_single": self.single or None,
            "gain": None if gain is None else {"difference": gain.mean, "interval": gain.interval},
            "smaller": self.smaller or None,
            "sentence": self.sentence,
        }


def recommend(
    results: Sequence[Result], groups: Sequence[str], held_back: int, majority: np.ndarray, answer: str
) -> Recommendation:
    """The best by mean accuracy on the rows that were held back, measured on the test rows of `groups` (Q,).

    held_back: how many rows that were. majority: (Q,) where always giving `answer`, the most frequent one,
    is right.
    """
    fused = _best([r for r in results if r.modality == "both"])
    single = _best([r for r in results if r.modality != "both"])
    if fused is None or single is None:
        only = fused or single
        assert only is not None
        score = estimate(only.right, groups)
        sentence = f"{only.strategy} is right in {_percent(score)}: {_unseen(fused)}."
        return _told(only, fused, single, None, "", sentence, only, groups, majority, answer)
    gain = estimate(fused.right.astype(float) - single.right, groups)
    if gain.above:
        choose = fused
        smaller = _smaller(results, fused, single, held_back)
        sentence = (
            f"{fused.strategy} beats the best single modality, {single.strategy}, by {_points(gain)}; "
            f"{_instead(smaller, fused, groups)}"
        )
    else:
        choose, smaller = single, None
        other = "picture" if single.modality == "text" else "text"
        if gain.below:
            start = (
                f"The best fused strategy, {fused.strategy}, falls below the best single modality, "
                f"{single.strategy}, by {_points(_negative(gain))}"
            )
        else:
            start = (
                "No fused strategy is clearly better than the best single modality: "
                f"{fused.strategy} differs from {single.strategy} by {_points(gain, signed=True)}"
            )
        sentence = f"{start}. Choose {single.strategy}: it needs no {other}{_size(single, fused)}."
    name = "" if smaller is None else smaller.strategy
    return _told(choose, fused, single, gain, name, sentence, choose, groups, majority, answer)


def _told(
    choose: Result,
    fused: Result | None,
    single: Result | None,
    gain: Estimate | None,
    smaller: str,
    sentence: str,
    judged: Result,
    groups: Sequence[str],
    majority: np.ndarray,
    answer: str,
) -> Recommendation:
    """With a word where even what is chosen is no better than giving the same answer always."""
    over = estimate(judged.right.astype(float) - majority, groups)
    if not over.above:
        sentence = (
            f"Nothing here is clearly better than always answering “{answer}”: {judged.strategy}, the best, "
            f"differs from that by {_points(over, signed=True)}. Bring more rows, or other pictures and texts."
        )
        smaller = ""
    names = ("" if r is None else r.strategy for r in (fused, single))
    return Recommendation(choose.strategy, *names, gain, smaller, sentence)


def _best(results: Sequence[Result]) -> Result | None:
    """By mean validation accuracy, the smaller of equals."""
    return max(results, key=lambda r: (r.mean_validation, -r.bytes), default=None)


def _smaller(
    results: Sequence[Result], fused: Result, single: Result, held_back: int
) -> Result | None:
    """The smallest fused strategy that on held-back rows beats the single modality and comes within one
    standard error of the best (Breiman et al. 1984)."""
    p = fused.mean_validation
    least = p - (p * (1 - p) / max(1, held_back)) ** 0.5
    able = [
        r
        for r in results
        if r.modality == "both"
        and r.mean_validation >= max(least, single.mean_validation)
        and SMALLER * r.bytes <= fused.bytes
    ]
    return min(able, key=lambda r: r.bytes, default=None)


def _instead(smaller: Result | None, fused: Result, groups: Sequence[str]) -> str:
    if smaller is None:
        return f"choose {fused.strategy}."
    change = estimate(smaller.right.astype(float) - fused.right, groups)
    return (
        f"choose {smaller.strategy} if you need it {_times(fused.bytes / smaller.bytes)} smaller "
        f"({_points(change, signed=True)})."
    )


def _size(single: Result, fused: Result) -> str:
    ratio = fused.bytes / single.bytes
    return f" and is {_times(ratio)} smaller" if ratio >= SMALLER else ""


def _times(ratio: float) -> str:
    return f"{ratio:.0f} times" if ratio >= 10 else f"{ratio:.1f} times"


def _unseen(fused: Result | None) -> str:
    missing = "single modality" if fused is not None else "fused strategy"
    return f"no {missing} was fitted to compare it with"


def _negative(gain: Estimate) -> Estimate:
    return Estimate(-gain.mean, -gain.high, -gain.low)


def _percent(score: Estimate) -> str:
    return f"{100 * score.mean:.1f} % (95 % interval {100 * score.low:.1f} to {100 * score.high:.1f})"


def _points(gain: Estimate, signed: bool = False) -> str:
    """In points, with its interval; a plain minus sign, so that every terminal shows it."""
    shown = "+.1f" if signed else ".1f"
    mean, low, high = (format(100 * x, shown) for x in (gain.mean, gain.low, gain.high))
    return f"{mean} points (95 % interval {low} to {high})"


def standing(results: Sequence[Result], single: str, groups: Sequence[str]) -> Mapping[str, Estimate]:
    """By fused strategy, what it gains over the single modality of that name; nothing where it was not
    fitted."""
    by_name = {result.strategy: result for result in results}
    if single not in by_name:
        return {}
    base = by_name[single].right
    return {
        result.strategy: estimate(result.right.astype(float) - base, groups)
        for result in results
        if result.modality == "both"
    }
