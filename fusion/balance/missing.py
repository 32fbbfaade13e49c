"""What is left where a picture or a text is missing: `python -m fusion balance --missing`."""

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from fusion.balance.trial import fitted, fused_named
from fusion.data.samples import Samples, encode_examples
from fusion.errors import UserError
from fusion.fitting import Material, encode_task
from fusion.forward import predict
from fusion.intervals import paired
from fusion.progress import Progress
from fusion.recipe import Recipe
from fusion.strategies import STRATEGIES
from fusion.tasks import TASKS

# What a sample goes without, and the modality that alone is left then.
CASES = {"nothing": (False, False), "picture": (True, False), "text": (False, True)}
LEFT = {"picture": "text", "text": "image"}


def missing(
    task: str,
    image_encoder: str,
    text_encoder: str,
    progress: Progress,
    strategy: str | None = None,
    seeds: int = 1,
    share: float | None = None,
) -> dict[str, Any]:
    """The object that `balance --missing --json` prints: accuracy of heads fitted without modality dropout
    and with a share of it, the default one unless given, on both inputs and with one of them missing, and how
    that compares with the head that was fitted on the modality that is left, alone.

    Differences are paired by test example and by seed, with 95 % bootstrap intervals over the examples, of
    which each counts by its mean over the seeds. Raises UserError for unknown names, no seed, no data.
    """
    record = TASKS[task]
    names = fused_named(strategy, record.default_strategy)
    if seeds < 1:
        raise UserError("A comparison takes at least 1 seed.")
    with_dropout = Recipe() if share is None else Recipe(modality_dropout=share)
    pair = (image_encoder, text_encoder)
    whole = encode_task(record, *pair, progress)
    test = encode_examples(record.examples("test"), record.labels, *pair, progress)
    alone = {
        baseline.modality: _right(whole, test, baseline.name, Recipe(), seeds, progress)["nothing"]
        for baseline in STRATEGIES
        if baseline.modality != "both"
    }
    results = []
    for name in names:
        for recipe in (Recipe(modality_dropout=0.0), with_dropout):
            right = _right(whole, test, name, recipe, seeds, progress)
            behind = {case: paired(right[case].numpy(), alone[left].numpy()) for case, left in LEFT.items()}
            results.append(
                {
                    "strategy": name,
                    "modality_dropout": recipe.modality_dropout,
                    "accuracy": {case: x.mean().item() for case, x in right.items()},
                    "against_alone": behind,
                }
            )
    return {
        "task": task,
        "encoders": {"image": image_encoder, "text": text_encoder},
        "split": "test",
        "n": len(test),
        "seeds": seeds,
        "alone": {modality: x.mean().item() for modality, x in alone.items()},
        "results": results,
    }


def _right(
    whole: Material, test: Samples, strategy: str, recipe: Recipe, seeds: int, progress: Progress
) -> dict[str, Tensor]:
    """In each case, (Q,) the share of the seeds whose head is right."""
    found: dict[str, list[Tensor]] = {case: [] for case in CASES}
    for seed in range(seeds):
        what = f"modality dropout {recipe.modality_dropout:g}"
        with fitted(whole, strategy, replace(recipe, seed=seed), progress, what) as model:
            for case, lost in CASES.items():
                found[case].append(test.right(predict(model, test, lost=lost)).double())
    return {case: torch.stack(rows).mean(0) for case, rows in found.items()}


def as_lines(report: dict[str, Any]) -> str:
    """The report for a terminal, in percent and in points."""
    encoders, alone = report["encoders"], report["alone"]
    lines = [
        f"{report['task']}, {report['split']} split, {report['n']} questions, "
        f"{encoders['image']} + {encoders['text']}, seeds: {report['seeds']}",
        f"heads of one modality alone: picture {alone['image']:.2%}, text {alone['text']:.2%}",
        "",
        f"{'strategy':<16}{'dropout':>8}{'both':>9}{'no picture':>12}{'over text alone':>26}"
        f"{'no text':>10}{'over picture alone':>26}",
    ]
    for result in report["results"]:
        accuracy, behind = result["accuracy"], result["against_alone"]
        lines.append(
            f"{result['strategy']:<16}{result['modality_dropout']:>8g}{accuracy['nothing']:>9.2%}"
            f"{accuracy['picture']:>12.2%}{_points(behind['picture']):>26}"
            f"{accuracy['text']:>10.2%}{_points(behind['text']):>26}"
        )
    return "\n".join(lines)


def _points(difference: dict[str, Any]) -> str:
    low, high = difference["interval"]
    return f"{100 * difference['difference']:+.2f} ({100 * low:+.2f} to {100 * high:+.2f})"
