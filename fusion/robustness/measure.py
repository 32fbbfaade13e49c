"""How often each strategy is still right on a test split whose pictures or words are spoiled."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from PIL import Image

from fusion.data.samples import Samples, encode_examples, picture_of
from fusion.forward import predict
from fusion.inputs import clean_text, content_key
from fusion.intervals import paired, wilson
from fusion.model import FusionModel
from fusion.progress import Progress
from fusion.robustness.changes import PICTURE, TEXT, Change, Kind, changed_picture, changed_text
from fusion.strategies import STRATEGIES
from fusion.tasks import Drawn, Example

MOST = 500  # examples
SEED = 0


@dataclass(frozen=True)
class Spoiled:
    """An example's picture after a change, drawn when it is encoded."""

    source: Path | Drawn
    change: Change

    @property
    def key(self) -> str:
        whole = content_key(picture_of(self.source)) if isinstance(self.source, Path) else self.source.key
        return f"{whole} {self.change} {SEED}"

    def draw(self) -> Image.Image:
        picture = changed_picture(picture_of(self.source), self.change, SEED)
        assert picture is not None
        return picture


def every_change() -> Iterator[Change]:
    """All that is measured, one kind after the other, from little to much."""
    kinds: tuple[Kind[Any], ...] = (*PICTURE.values(), *TEXT.values())
    for kind in kinds:
        yield from (Change(kind.name, level) for level in kind.levels)


def robustness(
    models: Mapping[str, FusionModel],
    examples: Sequence[Example],
    labels: Sequence[str],
    pair: tuple[str, str],
    progress: Progress,
) -> dict[str, Any]:
    """What `evaluate --corrupt` adds: each strategy's accuracy under each change, as fractions of 1 with
    Wilson's 95 % intervals, on at most MOST examples spread evenly over the split."""
    places = torch.linspace(0, len(examples) - 1, min(MOST, len(examples))).long().tolist()
    chosen = [examples[i] for i in places]

    def measured(change: Change) -> dict[str, Any]:
        samples = encode_examples([_spoiled(e, change) for e in chosen], labels, *pair, progress)
        lost = tuple(change.name in kinds and kinds[change.name].takes_all for kinds in (PICTURE, TEXT))
        return {name: _score(model, samples, (lost[0], lost[1])) for name, model in models.items()}

    return {
        "n": len(chosen),
        "seed": SEED,
        "unchanged": measured(Change()),
        "changed": [
            {"change": change.name, "level": change.level, "results": measured(change)}
            for change in every_change()
        ],
    }


def missing_modality(models: Mapping[str, FusionModel], samples: Samples) -> list[dict[str, Any]]:
    """What `evaluate --corrupt` adds of the whole split: each fused strategy's accuracy without the picture
    and without the text, and how that differs from the head of the modality that is left, with a paired 95 %
    interval, where there is such a head."""
    alone = {
        STRATEGIES[name].modality: samples.right(predict(model, samples)).double().numpy()
        for name, model in models.items()
        if STRATEGIES[name].modality != "both"
    }
    rows = []
    for name, model in models.items():
        if STRATEGIES[name].modality != "both":
            continue
        row: dict[str, Any] = {"strategy": name}
        for gone, left, lost in (("image", "text", (True, False)), ("text", "image", (False, True))):
            right = samples.right(predict(model, samples, lost=lost)).double().numpy()
            row[f"without_{gone}"] = {"accuracy": float(right.mean())}
            if left in alone:
                row[f"without_{gone}"]["over_alone"] = paired(right, alone[left])
        rows.append(row)
    return rows


def _spoiled(example: Example, change: Change) -> Example:
    if change.name in PICTURE and not PICTURE[change.name].takes_all:
        return replace(example, picture=Spoiled(example.picture, change))
    if change.name in TEXT:
        return replace(example, text=changed_text(clean_text(example.text), change, SEED))
    return example


def _score(model: FusionModel, samples: Samples, lost: tuple[bool, bool]) -> dict[str, Any]:
    right = samples.right(predict(model, samples, lost=lost))
    hits = int(right.sum())
    return {"accuracy": hits / len(right), "interval": list(wilson(hits, len(right)))}


def as_lines(report: dict[str, Any] | None, missing: Sequence[dict[str, Any]]) -> list[str]:
    """The reports for a terminal: a table of strategies by change, in percent, and a line for each strategy
    that misses a modality."""
    if report is None:
        return []
    rows = [("unchanged", report["unchanged"])]
    rows += [(f"{row['change']} {row['level']:g}", row["results"]) for row in report["changed"]]
    names = list(report["unchanged"])
    width = max(len(name) for name in names) + 2
    lines = ["", f"accuracy where picture or words are spoiled, {report['n']} questions, in percent"]
    lines.append(f"{'':<20}" + "".join(f"{name:>{width}}" for name in names))
    for title, results in rows:
        cells = "".join(f"{100 * results[name]['accuracy']:>{width}.1f}" for name in names)
        lines.append(f"{title:<20}{cells}")
    return [*lines, *(_missing_line(row) for row in missing)]


def _missing_line(row: dict[str, Any]) -> str:
    told = []
    for gone, left in (("image", "text"), ("text", "image")):
        score = row[f"without_{gone}"]
        told.append(f"without its {gone} {score['accuracy']:.2%}")
        if over := score.get("over_alone"):
            low, high = (100 * x for x in over["interval"])
            told[-1] += (
                f", {100 * over['difference']:+.2f} points ({low:+.2f} to {high:+.2f}) over {left}-only"
            )
    return f"{row['strategy']}: {'; '.join(told)}"
