"""How far each explainer can be believed, over many test inputs: `python -m fusion evaluate --explain`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from scipy.stats import spearmanr
from torch import Tensor

from fusion.data.samples import Samples
from fusion.device import device
from fusion.encoders import load_encoder
from fusion.explain.base import EXPLAINERS, Case, Relevance, Strike, case_of
from fusion.explain.faithfulness import Curves, order, patch_curves, random_orders, word_curves
from fusion.explain.pointing import points_at
from fusion.explain.words import striker
from fusion.inputs import clean_text
from fusion.intervals import bootstrap, wilson
from fusion.language import later
from fusion.model import FusionModel
from fusion.progress import Progress
from fusion.tasks import Example, Region
from fusion.tokens import Tokens

INPUTS = 500
STEPS = 8
RANDOM = 4  # orders an input
RANDOMISED = 50  # inputs on which the weights are randomised
SHUFFLES = 5  # in turn
MEASURES = ("deletion", "insertion", "gain")  # gain: insertion less deletion
POINTING = {
    "pointing": "",
    "pointing_of_right_answer": ", of the right answer",
    "pointing_without_tolerance": ", without tolerance",
}


@dataclass
class _Measured:
    """What was measured of one explainer of one strategy, a number an input.

    hits: whether the peak lay on the object, of the explanation of the answer that was given, of that of the
    right answer, and of that without tolerance.
    """

    deletion: dict[str, list[float]] = field(default_factory=lambda: {"image": [], "text": []})
    insertion: dict[str, list[float]] = field(default_factory=lambda: {"image": [], "text": []})
    hits: list[tuple[bool, bool, bool]] = field(default_factory=list)
    correlation: dict[str, list[float]] = field(default_factory=lambda: {"image": [], "text": []})

    def add(self, modality: str, curves: Sequence[Curves]) -> None:
        """The mean over the curves of one input."""
        self.deletion[modality].append(float(np.mean([curve.deletion_auc for curve in curves])))
        self.insertion[modality].append(float(np.mean([curve.insertion_auc for curve in curves])))


class _Measuring:
    """One strategy, measured input by input."""

    def __init__(self, strategy: str, model: FusionModel) -> None:
        self.strategy = strategy
        self.model = model
        self._randomised = [_randomised(model, seed) for seed in range(SHUFFLES)]
        self._done = 0
        self.records = [record for record in EXPLAINERS if record.explains(model)]
        self.found = {name: _Measured() for name in ("random", *(record.name for record in self.records))}

    def measure(
        self,
        image: Tokens,
        text: Tokens,
        strike: Strike,
        label: int,
        region: Region | None,
        randomise: bool,
    ) -> None:
        """One input explained by every explainer; label: the right answer."""
        with torch.inference_mode():
            target = int(self.model(image, text)[0].argmax())
        case = case_of(self.model, image, text, target, strike)
        relevances = {record.name: record.explain(case) for record in self.records}
        self._follow(case, relevances)
        self._done += 1
        if region is not None and case.image.grid is not None:
            for name, relevance in relevances.items():
                right = (
                    relevance if target == label else EXPLAINERS[name].explain(replace(case, target=label))
                )
                given, true = (points_at(region.box, r.image, case.image.grid) for r in (relevance, right))
                exactly = points_at(region.box, right.image, case.image.grid, tolerance=0)
                self.found[name].hits.append((given, true, exactly))
        if randomise:
            self._compare(case, relevances)

    def _follow(self, case: Case, relevances: Mapping[str, Relevance]) -> None:
        for modality, n, curves_of in (
            ("image", case.image.sequence.shape[1], patch_curves),
            ("text", case.text.sequence.shape[1], word_curves),
        ):
            orders = [order(getattr(relevance, modality)).cpu() for relevance in relevances.values()]
            curves = curves_of(case, [*random_orders(n, RANDOM, self._done), *orders], STEPS)
            self.found["random"].add(modality, curves[:RANDOM])
            for name, curve in zip(relevances, curves[RANDOM:], strict=True):
                self.found[name].add(modality, [curve])

    def _compare(self, case: Case, relevances: Mapping[str, Relevance]) -> None:
        """Rank correlation with a randomised model's explanation, where both say something."""
        changed = replace(case, model=self._randomised[self._done % SHUFFLES])
        for record in self.records:
            now = record.explain(changed)
            for modality in ("image", "text"):
                before, after = (getattr(r, modality).cpu().numpy() for r in (relevances[record.name], now))
                if len(before) > 2 and np.ptp(before) > 0 and np.ptp(after) > 0:
                    correlation = spearmanr(before, after).statistic
                    self.found[record.name].correlation[modality].append(float(correlation))

    def rows(self) -> list[dict[str, Any]]:
        return [row for name, measured in self.found.items() for row in _rows(self.strategy, name, measured)]


def explanations(
    models: Mapping[str, FusionModel],
    text_encoder: str,
    samples: Samples,
    examples: Sequence[Example],
    regions: Mapping[int, Region],
    chosen: Sequence[int],
    progress: Progress,
) -> list[dict[str, Any]]:
    """A row for each strategy, explainer (orders at random among them) and modality.

    models: by strategy. chosen: positions in `samples` and `examples` of the inputs to measure; regions:
    where the object is known. What is explained is the answer that a strategy gives, right or wrong.
    """
    measuring = [_Measuring(strategy, model) for strategy, model in models.items()]
    for done, i in enumerate(chosen):
        question = clean_text(examples[i].text)
        image = samples.images.read(samples.image_rows[i : i + 1]).to(device())
        text = load_encoder(text_encoder).encode([question]).to(device())
        strike = striker(text_encoder, question, text)
        for each in measuring:
            label, region = int(samples.labels[i]), regions.get(i)
            each.measure(image, text, strike, label, region, randomise=done < RANDOMISED)
        progress(later("explaining"), done + 1, len(chosen))
    return [row for each in measuring for row in each.rows()]


def _randomised(model: FusionModel, seed: int) -> FusionModel:
    """The same model with the weights of strategy and head, and how names are read off the picture, shuffled,
    each tensor in itself.

    Adebayo et al. 2018, arXiv 1810.03292.
    """
    other = FusionModel(model.config)
    other.load_state_dict(model.state_dict())
    generator = torch.Generator().manual_seed(seed)
    shuffle: list[Tensor] = [*other.strategy.parameters(), *other.head.parameters()]
    if other.naming is not None:
        shuffle.append(other.naming.reading)
    with torch.no_grad():
        for weights in shuffle:
            shuffled = weights.flatten()[torch.randperm(weights.numel(), generator=generator)]
            weights.copy_(shuffled.reshape(weights.shape))
    return other.to(device()).eval().requires_grad_(False)


def _rows(strategy: str, explainer: str, measured: _Measured) -> list[dict[str, Any]]:
    rows = []
    for modality in ("image", "text"):
        row: dict[str, Any] = {"strategy": strategy, "explainer": explainer, "modality": modality}
        deletion, insertion = (np.array(x[modality]) for x in (measured.deletion, measured.insertion))
        for name, values in zip(MEASURES, (deletion, insertion, insertion - deletion), strict=True):
            row |= {name: float(values.mean()), f"{name}_interval": list(bootstrap(values))}
        row["n"] = len(measured.deletion[modality])
        if modality == "image" and measured.hits:
            hits = zip(*measured.hits, strict=True)
            row |= {key: _pointing(found) for key, found in zip(POINTING, hits, strict=True)}
        if correlations := measured.correlation[modality]:
            row["randomised_rank_correlation"] = float(np.mean(correlations))
            row["randomised_rank_correlation_size"] = float(np.mean(np.abs(correlations)))
        rows.append(row)
    return rows


def _pointing(hits: Sequence[bool]) -> dict[str, Any]:
    return {"hit": sum(hits) / len(hits), "interval": list(wilson(sum(hits), len(hits))), "n": len(hits)}


def as_lines(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The rows as lines for a terminal."""
    lines = []
    for row in rows:
        cells = [
            f"{name} {row[name]:.3f} ({row[f'{name}_interval'][0]:.3f} to {row[f'{name}_interval'][1]:.3f})"
            for name in MEASURES
        ]
        for key, whose in POINTING.items():
            if pointing := row.get(key):
                cells.append(f"on the object in {pointing['hit']:.1%} of {pointing['n']}{whose}")
        if (correlation := row.get("randomised_rank_correlation")) is not None:
            size = row["randomised_rank_correlation_size"]
            cells.append(f"shuffled weights {correlation:+.2f}, {size:.2f} in size")
        lines.append(f"{row['strategy']}, {row['explainer']}, {row['modality']}: {', '.join(cells)}")
    return lines
