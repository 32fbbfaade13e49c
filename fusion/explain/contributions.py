"""What each modality brings to a strategy's answers, over many test inputs: `evaluate --explain`."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from fusion.answer import Contribution
from fusion.data.samples import Samples
from fusion.device import device
from fusion.explain.contribution import COALITIONS, contribution_of
from fusion.intervals import bootstrap, wilson
from fusion.language import later
from fusion.model import FusionModel
from fusion.progress import Progress
from fusion.strategies import STRATEGIES

INPUTS = 1000
BATCH = 64
QUESTION_ALONE = "answered from the question alone"


def contributions(
    strategy: str, model: FusionModel, samples: Samples, progress: Progress, inputs: int = INPUTS
) -> dict[str, Any]:
    """Means of the Shapley values and the synergy of one strategy, over all and by question type.

    They are of the answer that the strategy gives, right or wrong, in fractions of 1, on up to `inputs`
    samples evenly spread; intervals are 95 % bootstrap intervals, and Wilson's for the share of the inputs
    that are answered from the question alone. `says` counts what is said of each input.
    """
    chosen = torch.linspace(0, len(samples) - 1, min(inputs, len(samples))).round().long()
    some = samples.subset(chosen)
    what = later("contributions in {strategy}", strategy=strategy)
    found = brought(model, some, lambda done: progress(what, done, len(some)))
    by_type = {
        kind: _summary([one for one, k in zip(found, some.kinds, strict=True) if k == kind])
        for kind in sorted(set(some.kinds))
    }
    return {"strategy": strategy, **_summary(found), "by_type": by_type}


@torch.inference_mode()
def brought(model: FusionModel, samples: Samples, progress: Callable[[int], None]) -> list[Contribution]:
    """What each modality brought to the model's answer to each sample; progress: told how many are done."""
    found: dict[int, Contribution] = {}
    sequences = STRATEGIES[model.config.strategy].grid is not None
    for at in samples.batches(BATCH):
        inputs, rows = [], []
        stores = ((samples.images, samples.image_rows), (samples.texts, samples.text_rows))
        for player, (store, all_rows) in enumerate(stores):
            unique, inverse = torch.unique(all_rows[at], return_inverse=True)
            inputs.append(store.read(unique, sequences).to(device()))
            without = torch.full_like(inverse, -1)
            rows.append(torch.cat([inverse if c[player] == 0 else without for c in COALITIONS]).to(device()))
        logits = model(*inputs, rows=(rows[0], rows[1]))[0]
        chances = logits.softmax(1).cpu().unflatten(0, (len(COALITIONS), len(at))).transpose(0, 1)
        for i, one in zip(at.tolist(), chances, strict=True):  # one: (4, classes)
            found[i] = contribution_of(one, int(one[0].argmax()))
        progress(len(found))
    return [found[i] for i in range(len(samples))]


def as_lines(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The rows as lines for a terminal, in points of probability."""
    lines = []
    for row in rows:
        for kind, told in {"all questions": row, **row["by_type"]}.items():
            cells = [
                f"{name} {100 * told[name]['mean']:+.1f} "
                f"({' to '.join(f'{100 * end:+.1f}' for end in told[name]['interval'])})"
                for name in ("image", "text", "synergy")
            ]
            alone = told["question_alone"]
            cells.append(f"{QUESTION_ALONE} {alone['share']:.1%} of {told['n']}")
            lines.append(f"{row['strategy']}, contribution, {kind}: {', '.join(cells)}")
    return lines


def _summary(found: Sequence[Contribution]) -> dict[str, Any]:
    """Means with their intervals, and how often each thing is said, the most frequent first."""
    told: dict[str, Any] = {"n": len(found)}
    for name in ("image", "text", "synergy"):
        values = np.array([getattr(one, name) for one in found])
        told[name] = {"mean": float(values.mean()), "interval": list(bootstrap(values))}
    says = Counter(one.says for one in found)
    alone = says[QUESTION_ALONE]
    told["question_alone"] = {"share": alone / len(found), "interval": list(wilson(alone, len(found)))}
    return told | {"says": dict(says.most_common())}
