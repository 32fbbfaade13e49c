"""The counts, for people and for programs."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from fusion.fuzz.case import ANSWERED, FAULT, REFUSED, Outcome

SHOWN = 40  # faults that are told one by one


def as_dict(outcomes: Sequence[Outcome], seed: int) -> dict[str, Any]:
    """What `fuzz --json` prints."""
    return {
        "cases": len(outcomes),
        "seed": seed,
        **{result: _count(outcomes, result) for result in (ANSWERED, REFUSED)},
        "faults": _count(outcomes, FAULT),
        "peak_memory_mb": max(one.megabytes for one in outcomes),
        "longest_s": max(one.seconds for one in outcomes),
        "kinds": {kind: _counts(rows) for kind, rows in _by_kind(outcomes).items()},
        "found": [
            {"case": f"{one.kind}/{one.number}", "what": one.what, "told": one.told}
            for one in outcomes
            if one.result == FAULT
        ],
    }


def as_table(outcomes: Sequence[Outcome], seed: int) -> str:
    """Counts by kind and outcome, the most memory and the longest time, and each fault."""
    lines = [
        f"{'':<12}{'cases':>8}{'answered':>10}{'refused':>9}{'faults':>8}{'peak MB':>9}{'longest s':>11}"
    ]
    for kind, rows in [*_by_kind(outcomes).items(), ("all", outcomes)]:
        told = _counts(rows)
        lines.append(
            f"{kind:<12}{told['cases']:>8,}{told[ANSWERED]:>10,}{told[REFUSED]:>9,}{told['faults']:>8,}"
            f"{told['peak_memory_mb']:>9,.0f}{told['longest_s']:>11.1f}"
        )
    faults = [one for one in outcomes if one.result == FAULT]
    for one in faults[:SHOWN]:
        lines.append(f"{one.kind}/{one.number} ({one.what}): {' '.join(one.told.split())[:200]}")
    if faults:
        lines.append(
            f"Try one again: python -m fusion fuzz --seed {seed} --only {faults[0].kind}/{faults[0].number}"
        )
    return "\n".join(lines)


def _by_kind(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    found: dict[str, list[Outcome]] = {}
    for one in outcomes:
        found.setdefault(one.kind, []).append(one)
    return found


def _counts(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    results = Counter(one.result for one in outcomes)
    return {
        "cases": len(outcomes),
        ANSWERED: results[ANSWERED],
        REFUSED: results[REFUSED],
        "faults": results[FAULT],
        "peak_memory_mb": max(one.megabytes for one in outcomes),
        "longest_s": max(one.seconds for one in outcomes),
    }


def _count(outcomes: Sequence[Outcome], result: str) -> int:
    return sum(one.result == result for one in outcomes)
