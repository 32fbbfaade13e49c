"""How far each explainer can be believed, over many test inputs: `python -m fusion evaluate --explain`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from scipy.stats import spearmanr
from torch import Tensor, nn

from fusion.data.samples import Samples
from fusion.device import device
from fusion.encoders import load_encoder
from fusion.explain.base import EXPLAINERS, Case, ExplainerRecord, Relevance, case_of
from fusion.explain.faithfulness import Curves, order, patch_curves, random_orders, word_curves
from fusion.explain.words import striker
from fusion.inputs import clean_text
from fusion.intervals import bootstrap, wilson
from fusion.model import FusionModel
from fusion.progress import Progress
from fusion.tasks import Example, Region

INPUTS = 500
STEPS = 8
RANDOM = 4  # orders an input
RANDOMISED = 50  # inputs on which the head's weights are randomised


@dataclass
class _Measured:
    """What was measured of one explainer, a number an input."""

    deletion: dict[str, list[float]] = field(default_factory=lambda: {"image": [], "text": []})
    insertion: dict[str, list[float]] = field(default_factory=lambda: {"image": [], "text": []})
    hits: list[bool] = field(default_factory=list)
    correlation: dict[str, list[float]] = field(default_factory=lambda: {"image": [], "text": []})

    def add(self, modality: str, curves: Sequence[Curves]) -> None:
        """The mean over the curves of one input."""
        self.deletion[modality].append(float(np.mean([curve.deletion_auc for curve in curves])))
        self.insertion[modality].append(float(np.mean([curve.insertion_auc for curve in curves])))


def explanations(
    strategy: str,
    model: FusionModel,
    text_encoder: str,
    samples: Samples,
    examples: Sequence[Example],
    regions: Mapping[int, Region],
    chosen: Sequence[int],
    progress: Progress,
) -> list[dict[str, Any]]:
    """A row for each explainer and modality, and for orders at random, of one strategy.

    chosen: positions in `samples` and `examples` of the inputs to measure; regions: where the object is
    known. What is explained is the answer that the strategy gives, right or wrong.
    """
    records = [record for record in EXPLAINERS if record.explains(model)]
    found = {name: _Measured() for name in ("random", *(record.name for record in records))}
    other = _randomised(model)
    for done, i in enumerate(chosen):
        question = clean_text(examples[i].text)
        image = samples.images.read(samples.image_rows[i : i + 1]).to(device())
        text = load_encoder(text_encoder).encode([question]).to(device())
        with torch.inference_mode():
            target = int(model(image, text)[0].argmax())
        case = case_of(model, image, text, target)
        relevances = {record.name: record.explain(case) for record in records}
        _follow(case, text_encoder, question, relevances, found)
        if i in regions and case.image.grid is not None:
            for name, relevance in relevances.items():
                found[name].hits.append(_on(regions[i], relevance.image, case.image.grid))
        if done < RANDOMISED:
            _compare(case, other, records, relevances, found)
        progress(f"explaining {strategy}", done + 1, len(chosen))
    return [row for name, measured in found.items() for row in _rows(strategy, name, measured)]


def _follow(
    case: Case,
    text_encoder: str,
    question: str,
    relevances: Mapping[str, Relevance],
    found: Mapping[str, _Measured],
) -> None:
    """The curves of one input."""
    patches, words = case.image.sequence.shape[1], case.text.sequence.shape[1]
    strike = striker(text_encoder, question, case.text.words[0] if case.text.words else ())
    for modality, n, curves_of in (
        ("image", patches, lambda orders: patch_curves(case, orders, STEPS)),
        ("text", words, lambda orders: word_curves(case, orders, strike, STEPS)),
    ):
        at_random = random_orders(n, RANDOM)
        orders = [order(getattr(relevance, modality)).cpu() for relevance in relevances.values()]
        curves = curves_of([*at_random, *orders])
        found["random"].add(modality, curves[:RANDOM])
        for name, curve in zip(relevances, curves[RANDOM:], strict=True):
            found[name].add(modality, [curve])


def _on(region: Region, relevance: Tensor, grid: tuple[int, ...]) -> bool:
    """Whether the middle of the patch of the most relevance lies in the object's box."""
    row, column = divmod(int(relevance.argmax()), grid[1])
    x, y = (column + 0.5) / grid[1], (row + 0.5) / grid[0]
    left, top, right, bottom = region.box
    return left <= x <= right and top <= y <= bottom


def _randomised(model: FusionModel) -> FusionModel:
    """The same model with the weights of strategy and head shuffled, each tensor in itself.

    Adebayo et al. 2018, arXiv 1810.03292.
    """
    other = FusionModel(model.config)
    other.load_state_dict(model.state_dict())
    generator = torch.Generator().manual_seed(0)
    parts: list[nn.Module] = [other.strategy, other.head]
    with torch.no_grad():
        for weights in (p for part in parts for p in part.parameters()):
            shuffled = weights.flatten()[torch.randperm(weights.numel(), generator=generator)]
            weights.copy_(shuffled.reshape(weights.shape))
    return other.to(device()).eval().requires_grad_(False)


def _compare(
    case: Case,
    other: FusionModel,
    records: Sequence[ExplainerRecord],
    relevances: Mapping[str, Relevance],
    found: Mapping[str, _Measured],
) -> None:
    """Rank correlation of an explanation with that of the randomised model, where both say something."""
    changed = case_of(other, case.image, case.text, case.target)
    for record in records:
        now = record.explain(changed)
        for modality in ("image", "text"):
            before, after = (getattr(r, modality).cpu().numpy() for r in (relevances[record.name], now))
            if len(before) > 2 and np.ptp(before) > 0 and np.ptp(after) > 0:
                correlation = spearmanr(before, after).statistic
                found[record.name].correlation[modality].append(float(correlation))


def _rows(strategy: str, explainer: str, measured: _Measured) -> list[dict[str, Any]]:
    rows = []
    for modality in ("image", "text"):
        row: dict[str, Any] = {"strategy": strategy, "explainer": explainer, "modality": modality}
        for name in ("deletion", "insertion"):
            values = np.array(getattr(measured, name)[modality])
            row |= {name: float(values.mean()), f"{name}_interval": list(bootstrap(values))}
        row["n"] = len(measured.deletion[modality])
        if modality == "image" and measured.hits:
            hits, n = sum(measured.hits), len(measured.hits)
            row["pointing"] = {"hit": hits / n, "interval": list(wilson(hits, n)), "n": n}
        if correlations := measured.correlation[modality]:
            row["randomised_rank_correlation"] = float(np.mean(correlations))
        rows.append(row)
    return rows


def as_lines(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The rows as lines for a terminal."""
    lines = []
    for row in rows:
        cells = [
            f"{name} {row[name]:.3f} ({row[f'{name}_interval'][0]:.3f} to {row[f'{name}_interval'][1]:.3f})"
            for name in ("deletion", "insertion")
        ]
        if pointing := row.get("pointing"):
            cells.append(f"on the object in {pointing['hit']:.1%} of {pointing['n']}")
        if (correlation := row.get("randomised_rank_correlation")) is not None:
            cells.append(f"randomised head {correlation:+.2f}")
        lines.append(f"{row['strategy']}, {row['explainer']}, {row['modality']}: {', '.join(cells)}")
    return lines
